import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../kernel/logger.js';
import { keepRunning, type KeptRunning, type Running } from './keep-running.js';

const started: Running[] = [];

/** A server of sorts: a process that waits until it is told to end. */
async function start(): Promise<Running> {
  const child = spawn(process.execPath, ['-e', 'console.log("ready"); setInterval(() => undefined, 1000)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const running = { child, ended: once(child, 'exit').then(() => undefined) };
  await once(child.stdout, 'data');
  started.push(running);
  return running;
}
const stop = async ({ child, ended }: Running) => {
  child.kill();
  await ended;
};
async function until(is: () => boolean) {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 10));
}
const isRunning = ({ child }: Pick<KeptRunning, 'child'>) => child.exitCode === null && child.signalCode === null;

afterEach(() => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL');
});

describe('a server that is kept running', () => {
  it('is started again when it was killed, each time', async () => {
    const kept = keepRunning(await start(), { again: start, stop, logger: silentLogger });
    for (let times = 0; times < 2; times += 1) {
      const { child } = kept;
      child.kill('SIGKILL');
      await until(() => kept.child !== child && isRunning(kept));
    }
    await kept.stop();
    expect([isRunning(kept), started.length]).toEqual([false, 3]);
  });

  it('is not when it was asked to stop, even while it is started again', async () => {
    const kept = keepRunning(await start(), { again: start, stop, logger: silentLogger });
    const { child } = kept;
    child.kill('SIGKILL');
    await once(child, 'exit');
    await kept.stop();
    expect(started.filter(isRunning)).toEqual([]);
  });

  it('is tried again for a while, and then given up with the last reason', async () => {
    let tries = 0;
    const refuses = () => Promise.reject(new Error(`the disk is full, try ${String((tries += 1))}`));
    const kept = keepRunning(await start(), { again: refuses, stop, logger: silentLogger, patienceMs: 400 });
    const given = new Promise<string>((resolve) => {
      kept.onGivenUp(resolve);
    });
    kept.child.kill('SIGKILL');
    expect(await given).toBe(`the disk is full, try ${String(tries)}`);
    expect(tries).toBeGreaterThan(1);
    expect(await new Promise((resolve) => kept.onGivenUp(resolve))).toContain('the disk is full');
    await kept.stop();
  });
});
