import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openActiveModels } from '../../src/catalog/active-model.js';
import { examineSpace } from '../../src/catalog/examine.js';
import { planDraft } from '../../src/catalog/drafts.js';
import { publishPlan } from '../../src/catalog/publish-plan.js';
import { addUser, draft, openSpace, type TestSpace } from '../support/space.js';

const city = { kind: 'object', id: 'obj_city', name: 'city', label: 'City', pluralLabel: 'Cities', nameField: 'title' };
const field = (name: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_city_${name}`,
  object: 'city',
  name,
  label: name,
  type: 'text',
  ...more,
});

describe('publishing while people work', () => {
  let s: TestSpace;
  let admin: string;
  beforeAll(async () => {
    s = await openSpace([city, field('title'), field('code')]);
    admin = await addUser(s);
  });
  afterAll(() => s.close());

  const at = (id: string) => {
    const { bindings } = s.activeModels.current(s.space);
    return bindings.columns.get(id)?.column ?? bindings.tables.get(id) ?? 'gone';
  };
  const publish = async (...documents: object[]) => {
    const answer = await planDraft(s.catalog, await draft(s, admin, ...documents));
    if (answer.hash === null) throw new Error(JSON.stringify(answer.issues));
    return publishPlan(s.catalog, { space: s.space, hash: answer.hash, confirm: answer.hazards.map(({ code }) => code), publisher: admin });
  };

  it('invariants 15 and 23: fails no reader and no writer, not even those that know the former revision', async () => {
    const [table, title, code] = [at('obj_city'), at('fld_city_title'), at('fld_city_code')];
    let isOver = false;
    const failures: unknown[] = [];
    let reads = 0;
    const work = async (text: string, values: () => unknown[]) => {
      while (!isOver) {
        await s.database.data
          .query(s.tenantId, { text, values: values() })
          .then(() => (reads += 1))
          .catch((error: unknown) => failures.push(error));
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    };
    const people = [
      work(`select count(*)::text from sp1_v."${table}" c where c.tenant_id = $1 and c."${code}" is not null`, () => [s.tenantId]),
      work(
        `with i as (insert into sp1_v."${table}" (id, tenant_id, "${title}", "${code}") values (gen_random_uuid(), $1, $2, $2) returning id) select id::text from i`,
        () => [s.tenantId, Math.random().toString(36)],
      ),
    ];
    await publish(field('mayor'), field('river', { type: 'lookup', target: 'city' }));
    await publish(field('title', { required: true, indexed: true }));
    await publish(field('size', { type: 'decimal', precision: 10, scale: 2 }));
    await publish(field('size', { type: 'decimal', precision: 12, scale: 2 }));
    await publish(field('title', { required: true, indexed: true, unique: true }));
    await publish({ retire: field('code') });
    await new Promise((resolve) => setTimeout(resolve, 50));
    isOver = true;
    await Promise.all(people);
    expect(failures).toEqual([]);
    expect(reads).toBeGreaterThan(20);
    expect(await examineSpace(s.database, s.space)).toMatchObject({ drift: [], pending: [] });
  });

  it('waits for a busy table without holding up others, and gets through', async () => {
    const held = await s.database.pool.connect();
    await held.query(`begin; lock table sp1."${at('obj_city')}" in access share mode`);
    const published = publish(field('flag', { type: 'boolean' }));
    await new Promise((resolve) => setTimeout(resolve, 600));
    await held.query('commit');
    held.release();
    await expect(published).resolves.toMatchObject({ pending: [] });
  });

  it('invariant 20: is heard of by another process, also by one whose notifications are lost', async () => {
    const listening = openActiveModels(s.database, 60_000);
    const polling = openActiveModels(s.database, 100);
    try {
      await listening.refresh(s.space);
      await polling.refresh(s.space);
      // Whoever polls alone: its listening connection is cut, and stays away longer than the poll.
      await s.test.sql(
        `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database()`,
      );
      const { revision } = await publish(field('extra'));
      const reached = async (models: typeof polling) => {
        for (let tries = 0; tries < 100; tries += 1) {
          if (models.current(s.space).revision === revision) return true;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return false;
      };
      expect(await reached(polling)).toBe(true);
      expect(await reached(listening)).toBe(true);
    } finally {
      await Promise.all([listening.close(), polling.close()]);
    }
  });
});
