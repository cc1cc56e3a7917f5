import type { FieldModel, ObjectModel } from '../model/types.js';
import { effectsOf, partsOf, stillUsed, type Part } from './delete-record.js';
import { at, firstColumn, liveRows, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import type { RowParameters } from './row-parameters.js';
import { expectedVersion } from './update-record.js';
import { lockedRows, rowsOutcome } from './update-records.js';
import { stopRowsCte, type Check } from './write-checks.js';
import { actorOf, columnList, operationOf, revisionGuard, WRITE_TIME } from './write-parts.js';

/**
 * Moves many records to the recycle bin, each with all that belongs to it, in one statement: what `deleteRecord` does for one, over the rows `b`.
 *
 * Shape:  each comes back by itself, with what belongs to it. The answer is that of `updateRecords`.
 * Errors: the assertion names the records that others refuse to lose. As if they went one by one, records that go later in the call hold back.
 */
export function deleteRecords(
  params: RowParameters,
  scope: QueryScope,
  object: ObjectModel,
  startsRuns: boolean,
): { text: string; checks: Check[] } {
  const { active } = scope;
  const access = scope.access(object.name);
  const parts = partsOf(scope, object);
  params.reads = (column) => `o."${column}"`;
  const isExpected = expectedVersion(scope);
  const set = `"deleted_at" = ${WRITE_TIME}, "deleted_batch" = ${operationOf(scope)}, "version" = d."version" + 1, "updated_at" = ${WRITE_TIME}, "updated_by" = ${actorOf(scope)}`;
  const ctes = [revisionGuard(scope), lockedRows(params, scope, object, scope.rule(access.delete, 'd'), scope.rule(access.read, 'd'))];
  for (const [index, part] of parts.entries()) {
    const { by } = part;
    const link = by === undefined ? [`d."id" = o."id"`, 'o.allowed', isExpected] : [`${at('d', firstColumn(active, by).name)} = o."id"`];
    const [from, root] = by === undefined ? ['o', 'o."id"'] : [`n${part.parent} o`, 'o.root'];
    ctes.push(
      `n${index} as (update ${tableOf(active, part.object)} d set ${set} from ${from} where ${[liveRows(part.object, 'd', params.tenant), ...link].join(' and ')} returning ${columnList(scope, part.object, 'd')}, ${root} as root, o.ord)`,
    );
  }
  ctes.push('n as materialized (select "id", "version" from n0)');
  const checks: Check[] = [];
  const failing = parts.flatMap((part, index) =>
    restrictionsOn(scope, parts, part, index).map(({ outcome, failing: rows }) => {
      checks.push({ fails: 'false', outcome });
      return `select r.root, '${checks.length - 1}' from (${rows}) r(root)`;
    }),
  );
  const failed = `select f.root, array_agg(distinct f.number) from (${failing.join(' union all ') || `select null::uuid, '' where false`}) f(root, number) group by f.root`;
  ctes.push(stopRowsCte(failed));
  const effects = effectsOf(scope, parts, 'delete', startsRuns);
  ctes.push(...effects.ctes);
  return { text: `with ${[params.rowsCte(), ...ctes].join(', ')} select json_build_object(${rowsOutcome(effects.runs)})::text`, checks };
}

type Restriction = { readonly outcome: Check['outcome']; readonly failing: string };

/** Records of the call that others, which stay or go later in it, refuse to lose. */
function restrictionsOn(scope: QueryScope, parts: readonly Part[], part: Part, index: number): Restriction[] {
  const { active, params } = scope;
  return [...active.model.objects.values()].flatMap((other) =>
    [...other.fields.values()]
      .filter((field) => field.target === part.object.name && field.options.onDelete === 'restrict')
      .map((field: FieldModel): Restriction => {
        const going = parts.flatMap(({ object }, place) =>
          object === other ? [`not exists (select 1 from n${place} p where p."id" = l."id" and p.ord <= n.ord)`] : [],
        );
        const conditions = [liveRows(other, 'l', params.tenant), `${at('l', firstColumn(active, field).name)} = n."id"`, ...going];
        return {
          outcome: stillUsed(scope, part.object, other),
          failing: `select n.root from n${index} n join ${tableOf(active, other)} l on ${conditions.join(' and ')}`,
        };
      }),
  );
}
