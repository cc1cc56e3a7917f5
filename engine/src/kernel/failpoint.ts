const [wanted, hit] = (process.env['FIELDSTONE_FAILPOINT'] ?? '').split(':');
let left = wanted ? Number(hit ?? 1) : 0;

/**
 * A place where the crash tests end the process with SIGKILL, as a power cut would. Does nothing unless FIELDSTONE_FAILPOINT=<name>:<k> asks for
 * the k-th time this place is reached; `any` counts every place.
 */
export function failpoint(name: string): void {
  if (left === 0 || (wanted !== name && wanted !== 'any')) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
}
