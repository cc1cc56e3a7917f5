import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '../../src/kernel/errors.js';
import { silentLogger } from '../../src/kernel/logger.js';
import type { RequestContext } from '../../src/records/context.js';
import { createRecord } from '../../src/records/write-record.js';
import { appConnection } from '../../src/store/connection.js';
import { DataPool } from '../../src/store/data-pool.js';
import { field, object, openScene, type Scene } from '../support/scene.js';

const WRITERS = 16;
const EACH = 40;

let s: Scene;
let data: DataPool;
beforeAll(async () => {
  s = await openScene([
    object('bill'),
    field('bill', 'title', { required: true }),
    field('bill', 'code', { unique: true }),
    field('bill', 'number', { type: 'autonumber', format: 'B-{0}' }),
    field('bill', 'other', { type: 'autonumber', format: '{0}', start: 1000 }),
  ]);
  data = new DataPool({ connection: appConnection(s.database.config), size: WRITERS, logger: silentLogger, keys: s.database.data.keys });
  await createRecord({ ...s.context(), data }, 'bill', { title: 'first', code: 'taken' });
});
afterAll(async () => {
  await data.close();
  await s.close();
});

/** Why a bill was not kept: the transaction around it was given up, or Postgres refused it. */
const GIVEN_UP = new AppError('conflict', 'Never mind.');

/** The n-th bill of a writer. Some are refused, some are taken back with everything around them, before or after others are numbered. */
async function write(ctx: RequestContext, writer: number, n: number): Promise<number> {
  const title = `${writer}/${n}`;
  const kind = (writer * 7 + n * 3) % 8;
  if (kind === 0) return refused(createRecord(ctx, 'bill', { title, code: 'TAKEN' }));
  if (kind === 1) return refused(createRecord(ctx, 'bill', { code: title }));
  if (kind === 2 || kind === 3) {
    const isGivenUp = kind === 2;
    const made = data.transaction(s.tenantId, async (tx) => {
      for (const part of ['a', 'b']) await createRecord({ ...ctx, tx }, 'bill', { title: `${title}${part}` });
      if (isGivenUp) throw GIVEN_UP;
      return 2;
    });
    return isGivenUp ? refused(made) : made;
  }
  await createRecord(ctx, 'bill', { title });
  return 1;
}

async function refused(made: Promise<unknown>): Promise<0> {
  await expect(made).rejects.toBeInstanceOf(AppError);
  return 0;
}

it('invariant 44: numbers have no gap and are never given twice, whatever sixteen writers give up', async () => {
  const ctx = { ...s.context(), data };
  const kept = await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      let count = 0;
      for (let n = 0; n < EACH; n += 1) count += await write(ctx, writer, n);
      return count;
    }),
  );
  const count = 1 + kept.reduce((sum, each) => sum + each, 0);
  expect(count).toBeGreaterThan((WRITERS * EACH) / 2);
  const numbers = async (id: string) =>
    (await s.test.sql<{ n: number }>(`select "${s.at(id)}"::int as n from sp1."${s.at('obj_bill')}" order by 1`)).map(({ n }) => n);
  expect(await numbers('fld_bill_number')).toEqual(Array.from({ length: count }, (_, n) => n + 1));
  expect(await numbers('fld_bill_other')).toEqual(Array.from({ length: count }, (_, n) => n + 1000));
});
