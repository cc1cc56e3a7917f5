import { fieldType } from '../fields/registry.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { at, firstColumn, isReference, liveRows, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { rollupMarks } from './rollup-marks.js';
import { anyRun, triggerInserts } from './trigger-runs.js';
import { expectedVersion, lockedRow, outcome } from './update-record.js';
import { checkCtes, stopRead, type Check } from './write-checks.js';
import { actorOf, columnList, historyInsert, operationOf, outboxInsert, revisionGuard, type Operation, WRITE_TIME } from './write-parts.js';
import { sentence, told } from '../texts/told.js';

/** An object whose records go with the record that their master_detail field points to. `parent` is the place of that object in the list. */
export type Part = { readonly object: ObjectModel; readonly parent: number; readonly by?: FieldModel };

const MAX_PARTS = 50;

/** The object and everything that belongs to it, parents before children. */
export function partsOf(scope: QueryScope, object: ObjectModel): Part[] {
  const parts: Part[] = [{ object, parent: -1 }];
  for (let index = 0; index < parts.length && parts.length < MAX_PARTS; index += 1) {
    const part = parts[index];
    if (part === undefined) break;
    for (const child of scope.active.model.objects.values()) {
      for (const by of child.fields.values()) {
        const isAncestor = parts.slice(0, index + 1).some(({ object: known }) => known === child);
        if (fieldType(by.type).isPart && by.target === part.object.name && !isAncestor) parts.push({ object: child, parent: index, by });
      }
    }
  }
  return parts;
}

/**
 * Moves a record to the recycle bin, with all that belongs to it, in one statement. Inputs `id`, `expected` and those of a write.
 *
 * Shape:  every row keeps the id of the operation as its batch, by which restore finds them again. The answer is that of an update.
 * Errors: a check fails for each object whose live records refuse to lose a link (onDelete restrict) into what would go.
 */
export function deleteRecord(scope: QueryScope, object: ObjectModel, startsRuns: boolean): { text: string; checks: Check[] } {
  const { active, params } = scope;
  const access = scope.access(object.name);
  const parts = partsOf(scope, object);
  const set = `"deleted_at" = ${WRITE_TIME}, "deleted_batch" = ${operationOf(scope)}, "version" = d."version" + 1, "updated_at" = ${WRITE_TIME}, "updated_by" = ${actorOf(scope)}`;
  const ctes = [
    revisionGuard(scope),
    lockedRow(scope, object, [`(${scope.rule(access.delete, 'd')}) is true as allowed`], scope.rule(access.read, 'd')),
  ];
  for (const [index, part] of parts.entries()) {
    const from = part.by === undefined ? 'o' : `n${part.parent} o`;
    const link =
      part.by === undefined
        ? [`d."id" = o."id"`, 'o.allowed', expectedVersion(scope)]
        : [`${at('d', firstColumn(active, part.by).name)} = o."id"`];
    ctes.push(
      `n${index} as (update ${tableOf(active, part.object)} d set ${set} from ${from} where ${[liveRows(part.object, 'd', params.tenant), ...link].join(' and ')} returning ${columnList(scope, part.object, 'd')})`,
    );
  }
  ctes.push('n as materialized (select "id", "version" from n0)');
  const checks = restrictions(scope, parts);
  ctes.push(...checkCtes(checks, '(select 1) one'));
  const effects = effectsOf(scope, parts, 'delete', startsRuns);
  ctes.push(...effects.ctes);
  return { text: `with ${ctes.join(', ')} select json_build_object(${outcome(stopRead(checks), effects.runs)})::text`, checks };
}

/**
 * Brings a record back with all that went with it. Inputs `id` and those of a write.
 *
 * Errors: a check fails when the record belongs to one that is still in the recycle bin, or when what comes back needs one (onDelete restrict)
 *         that is; a unique value that was taken meanwhile fails in the database.
 */
export function restoreRecord(scope: QueryScope, object: ObjectModel, startsRuns: boolean): { text: string; checks: Check[] } {
  const { active, params } = scope;
  const access = scope.access(object.name);
  const parts = partsOf(scope, object);
  const set = `"deleted_at" = null, "deleted_batch" = null, "version" = d."version" + 1, "updated_at" = ${WRITE_TIME}, "updated_by" = ${actorOf(scope)}`;
  const ctes = [
    revisionGuard(scope),
    lockedRow(
      scope,
      object,
      [`(${scope.rule(access.delete, 'd')}) is true as allowed`, 'd."deleted_batch" as batch'],
      scope.rule(access.read, 'd'),
      { live: false },
    ),
  ];
  for (const [index, part] of parts.entries()) {
    const where = [`d."tenant_id" = ${params.tenant}`, 'd."deleted_at" is not null', 'd."deleted_batch" = o.batch'];
    if (part.by === undefined) where.push(`d."id" = o."id"`, 'o.allowed');
    const reach = part.by === undefined ? 'o' : `o cross join n${part.parent} m`;
    if (part.by !== undefined) where.push(`${at('d', firstColumn(active, part.by).name)} = m."id"`);
    ctes.push(
      `n${index} as (update ${tableOf(active, part.object)} d set ${set} from ${reach} where ${where.join(' and ')} returning ${columnList(scope, part.object, 'd')})`,
    );
  }
  ctes.push('n as materialized (select "id", "version" from n0)');
  const checks = stillDeleted(scope, parts);
  ctes.push(...checkCtes(checks, '(select 1) one'));
  const effects = effectsOf(scope, parts, 'restore', startsRuns);
  ctes.push(...effects.ctes);
  return { text: `with ${ctes.join(', ')} select json_build_object(${outcome(stopRead(checks), effects.runs)})::text`, checks };
}

/** Only the time of deletion differs, so before and after are the same row to history and triggers. */
export function effectsOf(
  scope: QueryScope,
  parts: readonly Part[],
  operation: Operation,
  startsRuns: boolean,
): { ctes: string[]; runs: string } {
  const rowsOf = (index: number) => `n${index} n cross join lateral (select n.*) o`;
  const notes = parts.flatMap(({ object }, index) => [
    ...historyInsert(scope, object, operation, [], rowsOf(index)),
    outboxInsert(scope, object, operation, [], rowsOf(index)),
    ...rollupMarks(scope, object, operation, rowsOf(index)),
  ]);
  const runs = startsRuns ? parts.flatMap(({ object }, index) => triggerInserts(scope, object, operation, rowsOf(index))) : [];
  const effects = [...notes, ...runs];
  return { ctes: effects.map((sql, index) => `x${index} as (${sql})`), runs: anyRun(effects.length, runs.length) };
}

function restrictions(scope: QueryScope, parts: readonly Part[]): Check[] {
  const { active, params } = scope;
  const checks: Check[] = [];
  for (const [index, part] of parts.entries()) {
    for (const other of active.model.objects.values()) {
      for (const field of other.fields.values()) {
        if (field.target !== part.object.name || field.options.onDelete !== 'restrict') continue;
        // Records that go in the same statement hold nothing back; the statement still sees them as they were.
        const going = parts.flatMap(({ object }, place) =>
          object === other ? [`not exists (select 1 from n${place} p where p."id" = l."id")`] : [],
        );
        const conditions = [liveRows(other, 'l', params.tenant), `${at('l', firstColumn(active, field).name)} = n."id"`, ...going];
        checks.push({
          fails: `exists (select 1 from n${index} n join ${tableOf(active, other)} l on ${conditions.join(' and ')})`,
          outcome: stillUsed(scope, part.object, other),
        });
      }
    }
  }
  return checks;
}

/** What is said where records of `other` refuse to lose one of `object`. */
export function stillUsed(scope: QueryScope, object: ObjectModel, other: ObjectModel): Check['outcome'] {
  const others = scope.access(other.name).read.kind === 'none' ? sentence('record.others') : other.pluralLabel;
  return { kind: 'issue', issue: { path: '', code: 'still_used', ...told('record.still_used', { others, object: object.label }) } };
}

/** What a record belongs to, and what it would not have let go, must be there when it comes back. */
function stillDeleted(scope: QueryScope, parts: readonly Part[]): Check[] {
  const { active, params } = scope;
  return parts.flatMap(({ object }, index) => {
    const isRoot = index === 0;
    const needs = (field: FieldModel) => (isRoot && fieldType(field.type).isPart === true) || field.options.onDelete === 'restrict';
    return [...object.fields.values()].filter(isReference).flatMap((field): Check[] => {
      if (!needs(field)) return [];
      const target = scope.object(field.target);
      const column = at('n', firstColumn(active, field).name);
      const there = `exists (select 1 from ${tableOf(active, target)} l where ${liveRows(target, 'l', params.tenant)} and l."id" = ${column})`;
      // What comes back in the same statement is there too; the statement still sees it as it was.
      const coming = parts.flatMap(({ object: other }, place) =>
        other === target ? [`exists (select 1 from n${place} p where p."id" = ${column})`] : [],
      );
      const isKnown = scope.access(target.name).read.kind !== 'none';
      return [
        {
          fails: `exists (select 1 from n${index} n where ${column} is not null and not (${[there, ...coming].join(' or ')}))`,
          outcome: {
            kind: 'issue',
            issue: {
              path: isRoot ? `/${field.name}` : '',
              code: 'parent_deleted',
              ...(isKnown ? told('record.restore_first', { target: target.label, object: object.label }) : told('record.restore_other')),
            },
          },
        },
      ];
    });
  });
}
