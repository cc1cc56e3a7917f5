import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isNight, openInstallation, type Installation, type Node } from './support/installation.js';
import { MarkedWrites, PARCELS } from './support/marked-writes.js';

const CYCLES = isNight ? 200 : 3;
const WRITERS = isNight ? 50 : 12;
const LONGEST_MS = isNight ? 3_000 : 1_200;

describe('K-01: the application is killed', () => {
  let product: Installation;
  let node: Node;
  beforeAll(async () => {
    product = await openInstallation(PARCELS);
    node = await product.start();
  }, 600_000);
  afterAll(() => product.close());

  it(
    'K-01: every write that was confirmed is there once, and of the rest there is all or nothing',
    { timeout: CYCLES * 120_000 },
    async () => {
      const { authorization } = await product.addPerson('admin');
      const writes = new MarkedWrites(() => node.origin, authorization);
      await writes.prepare(WRITERS);
      for (let cycle = 0; cycle < CYCLES; cycle += 1) {
        const before = writes.confirmed;
        writes.begin();
        // At least one write is confirmed, so that every cycle has something to lose.
        while (writes.confirmed === before && writes.refused.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_MS));
        await node.kill();
        await writes.end();
        node = await product.start();
        expect(await writes.deviations(product), `after kill ${String(cycle + 1)}`).toEqual([]);
      }
      expect(writes.refused).toEqual([]);
      expect(await writes.changedSince()).toEqual([0, 0]);
      while ((await writes.miscounted()) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    },
  );
});
