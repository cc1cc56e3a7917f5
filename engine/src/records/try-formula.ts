import { setImmediate } from 'node:timers/promises';
import { parseFormulaField, whyNotIndexed, type FormulaSource } from '@fieldstone/metadata/language/formula-field.js';
import { formulaCompletions, type FormulaCompletions } from '@fieldstone/metadata/language/formula-completions.js';
import type { Scope } from '@fieldstone/metadata/language/scope.js';
import type { FormulaCheck } from '@fieldstone/metadata/types/wire.js';
import { notFound } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import type { FieldModel, FormulaModel, ObjectModel } from '../model/types.js';
import { accessOf } from '../rules/access.js';
import { formulaRead } from '../rules/computed-access.js';
import { ruleScope } from '../rules/condition-scope.js';
import { ALL } from '../rules/row-rules.js';
import { liveRows, tableOf } from '../store/physical-names.js';
import { QueryScope } from '../store/query-scope.js';
import type { RequestContext } from './context.js';
import { DraftedFields, type DraftedField } from './drafted-fields.js';
import { runStatement } from './run-statement.js';
import { told } from '../texts/told.js';

/** The names that a formula of an object may use: those of the published metadata, which whoever edits it may know. */
function scopeOf({ active: { model } }: RequestContext, object: ObjectModel): Scope {
  return {
    ...ruleScope(model, object.name, new Set(['user'])),
    names: (of) => model.objects.get(of)?.fields.keys() ?? [],
  };
}

function objectOf({ active }: RequestContext, name: string): ObjectModel {
  const object = active.model.objects.get(name);
  if (object === undefined) throw notFound(told('object.not_found'));
  return object;
}

/**
 * Checks a formula against the published metadata and, with a record, says what its value is there.
 *
 * Shape:  `drafted` are the fields that the draft of the object adds or changes; those that can not have a value yet are told as `unpublished`.
 *         The value is what the caller would see of such a field: without it, `hidden` says that the caller may not read all that the formula
 *         reads. What only the whole metadata shows, such as a circle, is found when the draft is planned.
 * Errors: not_found for an object, and for a record that is not there or not the caller's to read.
 */
export async function tryFormula(
  ctx: RequestContext,
  objectName: string,
  source: FormulaSource,
  record?: string,
  drafted: readonly DraftedField[] = [],
): Promise<FormulaCheck> {
  const object = objectOf(ctx, objectName);
  const fields = new DraftedFields(object.name, drafted, scopeOf(ctx, object));
  const parsed = parseFormulaField(source, fields.scope);
  if (!parsed.ok) return { ok: false, issues: parsed.issues.map((issue) => ({ path: '/formula', ...issue })) };
  const { definition, empty } = fields.without(parsed.definition);
  const reason = whyNotIndexed(definition.expression);
  const unpublished = empty.length === 0 ? {} : { unpublished: [...empty] };
  const checked = { ok: true as const, returns: definition.returns, scale: definition.scale, notIndexed: reason ?? null, ...unpublished };
  if (record === undefined) return checked;
  // Each of the two takes the thread for a while: others are answered in between.
  await setImmediate();
  const found = await valueOf(ctx, object, { kind: 'formula', ...definition }, record);
  return found === 'hidden' ? { ...checked, hidden: true } : { ...checked, value: found };
}

async function valueOf(ctx: RequestContext, object: ObjectModel, computed: FormulaModel, id: string): Promise<unknown> {
  const { active, actor } = ctx;
  const rule = actor.kind === 'system' ? ALL : formulaRead(active.model, (of) => accessOf(active.model, actor, of), computed, ALL);
  if (accessOf(active.model, actor, object.name).read.kind === 'none' || !isUuid(id)) throw notFound();
  const scope = new QueryScope(active, actor);
  const read = scope.mayRead(object.name, 'r');
  const { returns, scale } = computed;
  // A field that is nowhere but in this statement.
  const field: FieldModel = {
    id: '',
    object: object.name,
    name: '',
    label: '',
    type: 'formula',
    system: false,
    required: false,
    unique: false,
    indexed: false,
    searchable: false,
    tracked: false,
    options: { returns, scale },
    computed,
  };
  const shown = rule.kind === 'none' ? 'null' : `case when ${scope.rule(rule, 'r')} then ${scope.json(field, 'r')} end`;
  const where = [
    liveRows(object, 'r', scope.params.tenant),
    `r."id" = ${scope.params.input('id', '::uuid')}`,
    ...(read === 'true' ? [] : [read]),
  ];
  const text = `select json_build_object('value', ${shown})::text from ${tableOf(active, object)} r where ${where.join(' and ')}`;
  const answer = await runStatement(ctx, { text, params: scope.params }, { id });
  if (answer === null) throw notFound();
  return rule.kind === 'none' ? 'hidden' : (JSON.parse(answer) as { value: unknown }).value;
}

/** What can be written at a place of a formula, for editors. */
export function completeFormula(ctx: RequestContext, objectName: string, formula: string, offset: number): FormulaCompletions {
  return formulaCompletions(formula, offset, scopeOf(ctx, objectOf(ctx, objectName)));
}
