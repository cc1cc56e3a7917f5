import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel } from '../engine/src/app/leaks/caller.js';
import type { CanarySystem } from './support/canary-system.js';
import { DEEDS } from './support/deeds.js';
import { openDeedSystem } from './support/deed-system.js';
import { changedBy, SESSIONS } from './support/frozen.js';
import { act, mayDo, openStage, sessionOf, type Deed, type Stage } from './support/stage.js';

let system: CanarySystem;
let stage: Stage;
beforeAll(async () => {
  system = await openDeedSystem();
  stage = openStage(system);
  for (const who of system.people.keys()) await sessionOf(system, who);
}, 600_000);
afterAll(() => system.close());

const REFUSED: readonly number[] = [401, 403, 404];
const callers = (): (string | null)[] => [null, ...system.people.keys()];
const channels = (): string[] =>
  system.trial.routes.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);

/** What was wrong when everybody who may not do it tried to. */
async function tried(channel: string, deeds: readonly Deed[]): Promise<string[]> {
  const wrong: string[] = [];
  const attempts = deeds.flatMap((deed) => callers().flatMap((who) => (mayDo(deed, who) ? [] : [{ deed, who }])));
  const changed = await changedBy(
    system,
    () =>
      inParallel(attempts, 6, async ({ deed, who }) => {
        const { status, text } = await act(system, who, channel, deed);
        const isRefused = REFUSED.includes(status) || status === deed.refused || (deed.each === true && status === 200);
        if (!isRefused) wrong.push(`${channel} by ${who ?? 'nobody'}: ${String(status)} ${text.slice(0, 300)}`);
      }),
    SESSIONS,
  );
  return [...wrong, ...changed.map((name) => `${channel} changed ${name}`)];
}

describe('B-05: a call that is refused', { timeout: 300_000 }, () => {
  it('changes nothing that is kept, by whichever way and whoever tries, and is done for those who may', async () => {
    const wrong: string[] = [];
    for (const channel of channels()) {
      const deeds = await DEEDS[channel]?.(stage);
      if (deeds === undefined) {
        wrong.push(`${channel} is not known: say in bar/support/deeds-of-….ts how it is called, and by whom`);
        continue;
      }
      wrong.push(...(await tried(channel, deeds)));
      // The same call, so that it was not refused for being wrong.
      for (const deed of deeds) {
        const { status, text } = await act(system, 'admin', channel, deed);
        const isDone = deed.status === undefined ? status < 300 : status === deed.status;
        if (!isDone) wrong.push(`${channel} by the administrator: ${String(status)} ${text.slice(0, 600)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(system.leaks).toEqual([]);
  });

  it('has a way for every route there is, and none for one that went', () => {
    const known = new Set(channels());
    expect(Object.keys(DEEDS).filter((channel) => !known.has(channel))).toEqual([]);
    expect(known.size).toBeGreaterThan(50);
  });
});
