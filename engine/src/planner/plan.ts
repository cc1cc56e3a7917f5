import type { PlanChange } from '@fieldstone/metadata/types/wire.js';
import type { Issue } from '../kernel/errors.js';
import { digest } from '../kernel/hash.js';
import type { Hazard } from '../kernel/statement.js';
import type { Model } from '../model/types.js';
import type { BindingRow } from './bindings.js';
import { computedHazards, computedQuestions } from './become-computed.js';
import { exceededLimits, slotQuestions } from './check-limits.js';
import { hazardsOf, orderedStatements } from './change.js';
import { conversionHazards, conversionQuestions } from './conversion-hazards.js';
import type { Place } from './conversion-table.js';
import { conversionsOf } from './conversions.js';
import { desiredSchema, type FormulaKeys } from './desired-schema.js';
import { diffDocuments } from './diff-documents.js';
import { diffSchema, isUniqueIndex, questionsOf, replacements, takenValues, type SchemaDiffInput } from './diff-schema.js';
import { NO_FACTS, type Facts, type Question } from './facts.js';
import { rebuildChanges, rebuildHazards, rebuildsOf } from './rebuilds.js';
import { placeOf, sourceOf } from './sources.js';
import { optionChanges, optionQuestions, optionsInUse, replacementHazards } from './replace-options.js';
import { linkHazards, linkQuestions } from './link-changes.js';
import { placeElements } from './place-elements.js';
import type { PlannedStatement } from './planned-statement.js';
import { retireHazards, retireQuestions } from './retire.js';
import { leftBehind, takingsOf } from './take-values.js';
import { narrowingQuestions, refusedTypeChanges } from './type-changes.js';

/**
 * A change of a space from one revision to the next, to be read, kept and applied as it is.
 *
 * Shape: plain JSON. `bindings` are the rows to write; `hash` covers all that would happen, so the same change on the same data has the same
 *        hash. With issues there is no plan to apply.
 */
export type Plan = {
  readonly space: number;
  readonly fromRevision: number;
  readonly hash: string;
  readonly changes: readonly PlanChange[];
  readonly statements: readonly PlannedStatement[];
  readonly hazards: readonly Hazard[];
  readonly issues: readonly Issue[];
  readonly bindings: readonly BindingRow[];
  /** Ids of binding rows that go. */
  readonly goneBindings: readonly string[];
};

export type PlanInput = {
  readonly space: number;
  readonly fromRevision: number;
  /** Null for a space without a revision. */
  readonly from: Model | null;
  readonly to: Model;
  /** Every binding of the space, retired ones too. */
  readonly bindings: readonly BindingRow[];
  /** The number that makes the name of a new element unique; the same for the same element when it is asked again. */
  readonly numberFor: (elementId: string) => number;
  readonly roles: { readonly app: string; readonly bi: string };
  readonly place: Place;
  readonly formulaKeys?: FormulaKeys;
};

/** What has to be counted before `planChange` can answer. */
export function factsNeeded(input: PlanInput): Question[] {
  const { diff, conversions, takings } = prepare(input);
  return [
    ...questionsOf(diff),
    ...slotQuestions(diffSchema(diff, NO_FACTS)),
    ...optionQuestions(optionChanges(input)),
    ...conversionQuestions(conversions, input.place),
    ...takings.map(({ table }): Question => ({ kind: 'rows', table })),
    ...computedQuestions(input),
    ...retireQuestions(input, leftBehind(takings)),
    ...linkQuestions(input),
    ...narrowingQuestions(input),
  ];
}

/** Plans a change. Pure: the facts are counted before, nothing is written. */
export function planChange(input: PlanInput, facts: Facts): Plan {
  const { placed, diff, restored, conversions, takings } = prepare(input);
  const options = optionChanges(input);
  const wanted = [
    ...diffSchema(diff, facts),
    ...replacements(diff, options, facts, input.fromRevision + 1),
    ...takenValues(diff, takings, facts),
  ];
  const rebuilds = rebuildsOf(diff.from, wanted, facts);
  const changes = [...rebuildChanges(rebuilds, input.roles), ...wanted];
  const limited = { to: input.to, tables: diff.to, bindings: placed.all };
  const body = {
    space: input.space,
    fromRevision: input.fromRevision,
    changes: diffDocuments(input.from?.sources ?? [], input.to.sources, restored),
    statements: orderedStatements(changes),
    hazards: [
      ...hazardsOf(changes),
      ...rebuildHazards(rebuilds, facts, input.to),
      ...conversionHazards(conversions, facts),
      ...replacementHazards(options, facts),
      ...computedHazards(input, facts),
      ...retireHazards(input, facts, leftBehind(takings)),
      ...linkHazards(input, facts),
    ],
    issues: [
      ...refusedTypeChanges(input, facts),
      ...optionsInUse(options, facts, input.to),
      ...doubleValues(diff, facts, input.to),
      ...exceededLimits(limited, changes, facts),
    ],
    bindings: placed.changed,
    goneBindings: placed.gone,
  };
  return { ...body, hash: digest({ ...body, to: input.to.hash }) };
}

function prepare(input: PlanInput) {
  const conversions = conversionsOf(input);
  const placed = placeElements({ ...input, conversions });
  const takings = takingsOf(input, placed.all);
  const restored = new Set(
    placed.changed.filter((row) => row.state === 'active' && placed.wasRetired.has(row.elementId)).map((row) => row.elementId),
  );
  const labels = new Map<string, string>();
  for (const object of input.to.objects.values()) for (const field of object.fields.values()) labels.set(field.id, field.label);
  const diff: SchemaDiffInput = {
    from: input.from ? desiredSchema(input.space, input.from, input.bindings, input.formulaKeys) : new Map(),
    to: desiredSchema(input.space, input.to, placed.all, input.formulaKeys),
    restored,
    known: new Set(input.bindings.flatMap((row) => row.columns.map((column) => `${row.column ?? ''}${column.suffix}`))),
    conversions: new Map(conversions.map((each) => [each.target.elementId, each])),
    rewritten: new Set([
      ...optionChanges(input).flatMap(({ row, replaced }) => (replaced.length > 0 ? [row.table] : [])),
      ...takings.map(({ table }) => table),
    ]),
    place: input.place,
    labelOf: (id) => labels.get(id) ?? id,
    roles: input.roles,
  };
  return { placed, diff, restored, conversions, takings };
}

/** A unique field over values that are there twice can not be published: there is no order in which Postgres would take it. */
function doubleValues(diff: SchemaDiffInput, facts: Facts, model: Model): Issue[] {
  const issues: Issue[] = [];
  for (const table of diff.to.values()) {
    for (const part of table.parts.filter(isUniqueIndex)) {
      const rows = facts.doubles.get(part.name) ?? 0;
      const source = rows > 0 ? sourceOf(model, part.elementId) : undefined;
      if (source) {
        issues.push({
          ...placeOf(source),
          path: '/unique',
          code: 'duplicates',
          message: `${rows} records share their value with another one. Make them differ first.`,
        });
      }
    }
  }
  return issues;
}
