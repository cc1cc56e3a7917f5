// CPU time from /proc: of a server process, and of all backends of a Postgres. Undefined where there is no /proc.
import { readFileSync, readdirSync } from 'node:fs';

const TICK_MS = 10;

function stat(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // Own time, and that of children that have ended: a backend that closed since the last look still counts.
  return {
    parent: Number(fields[1]),
    ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
    childrenMs: (Number(fields[13]) + Number(fields[14])) * TICK_MS,
  };
}

export function processCpuMs(pid) {
  try {
    return stat(pid).ms;
  } catch {
    return undefined;
  }
}

export function postgresCpuMs(postmasterPid) {
  try {
    const own = stat(postmasterPid);
    let sum = own.ms + own.childrenMs;
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      try {
        const process = stat(entry);
        if (process.parent === postmasterPid) sum += process.ms;
      } catch {
        // It ended while we looked; its time is in the postmaster's next time.
      }
    }
    return sum;
  } catch {
    return undefined;
  }
}
