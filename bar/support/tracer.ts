import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether system calls of other processes can be watched and made to fail here: strace, and the right to. */
export const canTrace = process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('strace', ['-V']).status === 0;

export type Trace = {
  /** What was seen so far, a line for each call. */
  lines(): string[];
  /** Lets the processes go. */
  stop(): Promise<void>;
};

/** Watches system calls of processes and all they start, by the options of strace. Resolves when it does. */
export async function trace(pids: readonly number[], options: readonly string[]): Promise<Trace> {
  const child = spawn('strace', ['-f', ...options, ...pids.flatMap((pid) => ['-p', String(pid)])], { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  while (!/attached/.test(output)) {
    if (child.exitCode !== null) throw new Error(`nothing can be traced: ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    lines: () => output.split('\n'),
    stop: async () => {
      if (child.exitCode === null) child.kill('SIGINT');
      await ended;
    },
  };
}

/** Processes that a process has started. */
export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);
