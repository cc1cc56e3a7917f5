import { accessOf } from '../rules/access.js';
import type { RequestContext } from './context.js';
import { listRecords } from './list-records.js';

const AT_ONCE = 200;

/** Those of some records of an object that the caller may read. Whoever reads every record of it reads those in the recycle bin too. */
export async function readableRecords(ctx: RequestContext, object: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { read } = accessOf(ctx.active.model, ctx.actor, object);
  if (read.kind !== 'where') return new Set(read.kind === 'all' ? ids : []);
  const readable = new Set<string>();
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const filter = { in: [{ var: 'id' }, ids.slice(from, from + AT_ONCE)] };
    const { data } = JSON.parse(await listRecords(ctx, object, { filter, fields: ['id'], limit: AT_ONCE })) as { data: { id: string }[] };
    for (const { id } of data) readable.add(id);
  }
  return readable;
}
