import { afterAll, beforeAll, expect, it } from 'vitest';
import { callerOf } from './support/api.js';
import { anomaliesOf } from './support/histories.js';
import { isNight, openInstallation, type Installation, type Node } from './support/installation.js';
import { openServer, type OwnServer } from './support/own-server.js';
import { addRegisters, pause, REGISTER_DOCUMENTS, Run, sure } from './support/registers.js';

const RUNS = isNight ? 20 : 1;
const CLIENTS = isNight ? 20 : 10;
const REGISTERS = 6;
/** Between two kills. */
const PAUSE_MS = isNight ? 4_000 : 1_500;
/** What is killed, one after the other: a process of the product, the database, and both in one moment. */
const KILLS = ['process', 'database', 'both'] as const;
const KILLS_A_RUN = isNight ? 6 : 3;
/** Killed, and told to end at once. */
const SIGNALS = ['SIGKILL', 'SIGQUIT'] as const;

let server: OwnServer;
let product: Installation;
let nodes: Node[];
let authorization: string;
beforeAll(async () => {
  server = await openServer();
  product = await openInstallation(REGISTER_DOCUMENTS, { serverUrl: server.url });
  nodes = [await product.start(), await product.start()];
  ({ authorization } = await product.addPerson('admin'));
}, 600_000);
afterAll(async () => {
  await product.close();
  await server.close();
});

/** Ends when everything that was killed is back. */
async function strike(kill: (typeof KILLS)[number], at: number): Promise<void> {
  const back: Promise<unknown>[] = [];
  if (kill !== 'process') back.push(server.kill(SIGNALS[at % SIGNALS.length] ?? 'SIGKILL'));
  if (kill !== 'database') await nodes[at % nodes.length]?.kill();
  await Promise.all(back);
  if (kill !== 'database') nodes[at % nodes.length] = await product.start();
}

it('N-02: what many people see of lists that they add to fits one order of all that they did', { timeout: RUNS * 240_000 }, async () => {
  for (let n = 0; n < RUNS; n += 1) {
    const anybody = callerOf(() => nodes[0]?.origin ?? '', authorization);
    await addRegisters(anybody, n, REGISTERS);
    const run = new Run(n);
    const working = Array.from({ length: CLIENTS }, (_, at) => run.work(callerOf(() => nodes[at % 2]?.origin ?? '', authorization)));
    for (let kill = 0; kill < KILLS_A_RUN; kill += 1) {
      await pause(PAUSE_MS);
      await strike(KILLS[kill % KILLS.length] ?? 'both', n + kill);
    }
    await pause(PAUSE_MS);
    run.isOver = true;
    await Promise.all(working);
    await sure(() => run.read(anybody));
    expect(anomaliesOf(run.history)).toEqual([]);
    expect(run.odd).toEqual([]);
    // There was something to go wrong: calls that came through, that others got in the way of, that nobody knows of, and that were sent again.
    const outcomes = new Set(run.history.map(({ outcome }) => outcome));
    expect([outcomes.has('done'), outcomes.has('failed'), outcomes.has('unknown'), run.again > 0]).toEqual([true, true, true, true]);
  }
});
