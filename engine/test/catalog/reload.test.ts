import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openActiveModels } from '../../src/catalog/active-model.js';
import type { Database } from '../../src/store/open-database.js';
import { field, object, openScene, type Scene } from '../support/scene.js';

let s: Scene;
beforeAll(async () => {
  s = await openScene([object('city'), field('city', 'title')]);
});
afterAll(() => s.close());

/** The database over a line that holds answers about the metadata back until it is let go. They are older by then. */
function slowLine(database: Database) {
  let arrived: () => void = () => undefined;
  let letGo: () => void = () => undefined;
  const gate = { isClosed: false, hasAnswer: Promise.resolve(), isOpen: Promise.resolve() };
  const query = async (text: string, values?: unknown[]) => {
    const answer = await database.pool.query(text, values);
    if (gate.isClosed && text.includes('meta.revision')) {
      arrived();
      await gate.isOpen;
    }
    return answer;
  };
  return {
    database: { ...database, pool: Object.assign(Object.create(database.pool) as pg.Pool, { query }) },
    close() {
      gate.isClosed = true;
      gate.hasAnswer = new Promise((resolve) => (arrived = resolve));
      gate.isOpen = new Promise((resolve) => (letGo = resolve));
    },
    hasAnswer: () => gate.hasAnswer,
    open() {
      gate.isClosed = false;
      letGo();
    },
  };
}

it('invariant 21: a notification that arrives while the former revision is being loaded is not lost', async () => {
  const line = slowLine(s.database);
  // Nobody polls: what the notification does not bring never comes.
  const models = openActiveModels(line.database, 3_600_000);
  const heard: string[] = [];
  const ear = new pg.Client({ connectionString: s.test.url });
  ear.on('notification', ({ payload }) => heard.push(payload ?? ''));
  try {
    await ear.connect();
    await ear.query('listen fieldstone_meta');
    await models.refresh(s.space);
    // What its listening connection hints at when it is made must be over.
    await expect
      .poll(() =>
        s.test.sql(
          `select count(*)::int as n from pg_stat_activity where query = 'listen fieldstone_meta' and datname = current_database()`,
        ),
      )
      .toEqual([{ n: 3 }]);

    line.close();
    await s.go(field('city', 'first'));
    await line.hasAnswer();
    const { revision } = await s.go(field('city', 'second'));
    await expect.poll(() => heard.filter((payload) => payload.includes(`"rev":${revision}`))).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(models.current(s.space).revision, 'the load is still under way').toBe(revision - 2);
    line.open();
    await expect.poll(() => models.current(s.space).revision).toBe(revision);
    expect(models.current(s.space).model.objects.get('city')?.fields.has('second')).toBe(true);
  } finally {
    line.open();
    await ear.end();
    await models.close();
  }
});
