import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isNight, openInstallation, type Installation, type Node } from './support/installation.js';
import { MarkedWrites, PARCELS } from './support/marked-writes.js';

const CYCLES = isNight ? 100 : 2;
const WRITERS = isNight ? 50 : 12;
const LONGEST_MS = isNight ? 3_000 : 800;
/** How long people may wait at most after the database is back, at night, when nobody else needs the machine. */
const HEALED_MS = 10_000;
/** Killed, and told to end at once: what `pg_ctl stop -m immediate` does. */
const SIGNALS = ['SIGKILL', 'SIGQUIT'] as const;

describe('K-02: the database is killed', () => {
  let product: Installation;
  let node: Node;
  beforeAll(async () => {
    product = await openInstallation(PARCELS, { isEmbedded: true });
    node = await product.start();
  }, 600_000);
  afterAll(() => product.close());

  it(
    'K-02: calls are told to come back, nothing confirmed is lost, and the same process goes on',
    { timeout: CYCLES * 120_000 },
    async () => {
      const { authorization } = await product.addPerson('admin');
      const writes = new MarkedWrites(() => node.origin, authorization);
      await writes.prepare(WRITERS);
      const isReady = async () => (await fetch(`${node.origin}/health/ready`)).status === 200;
      for (let cycle = 0; cycle < CYCLES; cycle += 1) {
        const before = writes.confirmed;
        writes.begin();
        while (writes.confirmed === before && writes.refused.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_MS));
        const killed = await product.databasePid();
        process.kill(killed, SIGNALS[cycle % SIGNALS.length]);
        while ((await product.databasePid().catch(() => killed)) === killed) await new Promise((resolve) => setTimeout(resolve, 10));
        while (!(await isReady())) await new Promise((resolve) => setTimeout(resolve, 10));
        const back = Date.now();
        const known = writes.confirmed;
        while (writes.confirmed < known + WRITERS && writes.refused.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
        if (isNight) expect(Date.now() - back).toBeLessThan(HEALED_MS);
        await writes.end();
        expect(writes.refused, `after kill ${String(cycle + 1)}`).toEqual([]);
        expect(await writes.deviations(product), `after kill ${String(cycle + 1)}`).toEqual([]);
      }
      expect(node.child.exitCode).toBeNull();
      expect(await writes.changedSince()).toEqual([0, 0]);
      while ((await writes.miscounted()) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    },
  );
});
