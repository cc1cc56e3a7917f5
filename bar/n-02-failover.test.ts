import { afterAll, beforeAll, expect, it } from 'vitest';
import { callerOf } from './support/api.js';
import { anomaliesOf } from './support/histories.js';
import { isNight, openInstallation, type Installation, type Node } from './support/installation.js';
import { addRegisters, pause, REGISTER_DOCUMENTS, Run, sure } from './support/registers.js';
import { openServerPair, type ServerPair } from './support/server-pair.js';

const CLIENTS = isNight ? 20 : 10;
const REGISTERS = 6;
const PAUSE_MS = isNight ? 10_000 : 1_500;
/** Judged at night, when nothing else runs. */
const BACK_MS = 10_000;

let pair: ServerPair;
let product: Installation;
let nodes: Node[];
let authorization: string;
beforeAll(async () => {
  pair = await openServerPair();
  product = await openInstallation(REGISTER_DOCUMENTS, { serverUrl: pair.url });
  nodes = [await product.start(), await product.start()];
  ({ authorization } = await product.addPerson('admin'));
}, 600_000);
afterAll(async () => {
  await product.close();
  await pair.close();
});

it('N-02: what many people see fits one order also when another database server takes over', { timeout: 120_000 }, async () => {
  const callers = nodes.map(({ origin }) => callerOf(() => origin, authorization));
  const [anybody] = callers as [(typeof callers)[number]];
  await addRegisters(anybody, 0, REGISTERS);
  const run = new Run(0);
  const working = Array.from({ length: CLIENTS }, (_, at) => run.work(callers[at % callers.length] ?? anybody));
  await pause(PAUSE_MS);
  await pair.failOver();
  const began = performance.now();
  // Each process, without being started again, reads and writes.
  const backMs = await Promise.all(
    callers.map(async (call, at) => {
      const body = { name: `after ${String(at)}`, run: 1 };
      await sure(async () => (await call('POST', '/records/register', { body }))?.status === 201);
      return performance.now() - began;
    }),
  );
  await pause(PAUSE_MS);
  run.isOver = true;
  await Promise.all(working);
  await sure(() => run.read(anybody));
  expect(anomaliesOf(run.history)).toEqual([]);
  expect(run.odd).toEqual([]);
  expect(nodes.map(({ child }) => child.exitCode)).toEqual([null, null]);
  const after = run.history.filter((one) => one.began > began && one.outcome === 'done');
  expect([after.length > 0, run.history.some(({ outcome }) => outcome === 'unknown')]).toEqual([true, true]);
  if (isNight) expect(Math.max(...backMs)).toBeLessThan(BACK_MS);
});
