import type { SignIn } from '../people/first-users.js';
import type { Config } from './config.js';
import { releaseMemoryAtRest } from './release-memory.js';
import { createLogger, startSystem } from './start-system.js';

/**
 * `fieldstone start`: runs until it is told to stop.
 *
 * Shape: answers the exit code. SIGINT, SIGTERM and SIGHUP stop in order; a second one cuts it short.
 */
export async function runStart(config: Config): Promise<number> {
  const logger = createLogger(config);
  // Listening from the first moment: Ctrl-C while starting must not leave a database behind.
  let stopRequested: () => void = () => undefined;
  const asked = new Promise<'asked'>((resolve) => {
    stopRequested = () => {
      resolve('asked');
    };
  });
  let signals = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (++signals > 2) process.exit(130);
      stopRequested();
    });
  }
  watchParent(stopRequested);
  const system = await startSystem(config, logger, showSignIns);
  const failed = new Promise<string>((resolve) => {
    system.onFailure(resolve);
  });
  showAddresses(system.url, config);
  releaseMemoryAtRest();
  const why = await Promise.race([asked, failed]);
  if (why === 'asked') process.stdout.write('\nStopping …\n');
  else process.stderr.write(`fieldstone: ${why}\n`);
  await system.stop();
  return why === 'asked' ? 0 : 1;
}

/** Under npm: when the shell that npm started us with is gone, so is whoever asked for us, and no signal comes. */
function watchParent(stop: () => void): void {
  if (process.env['npm_lifecycle_event'] !== 'start') return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, 500).unref();
}

function showSignIns(signIns: readonly SignIn[]): void {
  if (signIns.length === 0) return;
  const width = Math.max(...signIns.map(({ email }) => email.length)) + 2;
  const lines = signIns.map(
    ({ email, password, role, isGiven }) => `    ${email.padEnd(width)}${(isGiven ? '(as configured)' : password).padEnd(32)}${role}`,
  );
  process.stdout.write(`\n  Sign-ins, shown this once:\n\n${lines.join('\n')}\n`);
}

function showAddresses(url: string, config: Config): void {
  const at = config.publicOrigin ?? url;
  process.stdout.write(`
  Fieldstone is running.

    Application   ${at}/
    Studio        ${at}/studio
    API           ${at}/api/v1    described at ${at}/docs/api

  Ctrl-C stops it.
`);
}
