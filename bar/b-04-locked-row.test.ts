import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, type Exchange } from '../engine/src/app/leaks/caller.js';
import { SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import type { CanarySystem } from './support/canary-system.js';
import { openDeedSystem, SEAL, somebody } from './support/deed-system.js';
import { IS_NIGHT } from './support/hidden-fields.js';
import { openStage, type Stage } from './support/stage.js';

const at = `/records/${SPECIMEN}`;
const OPEN = { where: { '==': [{ var: 'status' }, 'open'] } };
let system: CanarySystem;
let stage: Stage;
beforeAll(async () => {
  system = await openDeedSystem({
    extras: [
      // Changes the size of what is open, and nothing else of it is in the way.
      somebody('bar_size', {
        [SPECIMEN]: { read: 'all', update: 'all', fields: { only: { size: { edit: OPEN } } }, actions: ['bulk', SEAL] },
      }),
      // Changes, deletes and takes over what is open.
      somebody('bar_open', { [SPECIMEN]: { create: true, read: 'all', update: OPEN, delete: OPEN, actions: ['bulk', 'merge'] } }),
    ],
  });
  stage = openStage(system);
}, 600_000);
afterAll(() => system.close());

type Way = readonly [what: string, who: string, send: (id: string, n: number) => Promise<Exchange>];
const as = (who: string, method: string, path: string, body?: unknown) =>
  system.call(who, method, `${at}${path}`, body === undefined ? {} : { body });
const many = (who: string, mode: string, operation: object) => as(who, 'POST', '/bulk', { mode, operations: [operation] });
/** Ways to change what may be changed while the record is open; each leaves its mark in the history. */
const WAYS: readonly Way[] = [
  ['a field', 'bar_size', (id, n) => as('bar_size', 'PATCH', `/${id}`, { size: n })],
  ['a field of one of many', 'bar_size', (id, n) => many('bar_size', 'each', { op: 'update', id, values: { size: n } })],
  ['a field of all of many', 'bar_size', (id, n) => many('bar_size', 'all', { op: 'update', id, values: { size: n } })],
  ['a field by an action', 'bar_size', (id) => as('bar_size', 'POST', `/${id}/actions/${SEAL}`, {})],
  ['the record', 'bar_open', (id, n) => as('bar_open', 'PATCH', `/${id}`, { title: `Changed ${String(n)}` })],
  ['one of many', 'bar_open', (id, n) => many('bar_open', 'each', { op: 'update', id, values: { title: `Changed ${String(n)}` } })],
  ['that it is there', 'bar_open', (id) => as('bar_open', 'DELETE', `/${id}`)],
];
const ROUNDS = IS_NIGHT ? 1_000 : 70;

const wasDone = (answer: Exchange): boolean => {
  if (answer.status >= 300) return false;
  const { results } = answer.text === '' ? {} : json<{ results?: { status: number }[] }>(answer);
  return (results?.[0]?.status ?? 200) < 300;
};
type Entry = { readonly version: number; readonly actor: string | null; readonly op: string };

describe('B-04: a right that depends on the record', { timeout: 600_000 }, () => {
  it('is judged on what the record is when it is changed, however close somebody else is', async () => {
    const forbidden: string[] = [];
    let [before, after] = [0, 0];
    for (let round = 0; round < ROUNDS; round += 1) {
      const [what, who, send] = WAYS[round % WAYS.length] as Way;
      const made = await stage.made(SPECIMEN, { title: stage.fresh(), status: 'open', size: 1, owner: system.person('rival').id });
      const [closed, changed] = await Promise.all(
        round % 2 === 0
          ? [as('rival', 'PATCH', `/${made.id}`, { status: 'won' }), send(made.id, round + 10)]
          : [send(made.id, round + 10), as('rival', 'PATCH', `/${made.id}`, { status: 'won' })].reverse(),
      );
      const entries = await system.test.sql<Entry>('select version, actor, op from sp1.sys_history where record_id = $1 order by version', [
        made.id,
      ]);
      const placeOf = (person: string) => entries.find(({ actor }) => actor === system.person(person).id)?.version;
      const [won, own] = [placeOf('rival'), placeOf(who)];
      const isDone = wasDone(changed as Exchange);
      // One of the two orders: it was changed while open, or not at all.
      if (own !== undefined && won !== undefined && own > won) forbidden.push(`${what}: changed as ${String(own)}, won as ${String(won)}`);
      if (isDone !== (own !== undefined))
        forbidden.push(`${what}: ${String((changed as Exchange).status)}, and in the history ${String(own)}`);
      if (!isDone && ![403, 404, 409, 422].includes((changed as Exchange).status) && (changed as Exchange).status !== 200)
        forbidden.push(`${what}: ${String((changed as Exchange).status)} ${(changed as Exchange).text.slice(0, 200)}`);
      if (wasDone(closed as Exchange) !== (won !== undefined)) forbidden.push(`closing: ${String((closed as Exchange).status)}`);
      if (isDone) before += 1;
      else after += 1;
    }
    expect(forbidden).toEqual([]);
    // Both orders happened, so that there was a race.
    expect(before).toBeGreaterThan(0);
    expect(after).toBeGreaterThan(0);
  });
});
