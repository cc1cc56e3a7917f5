import { SYSTEM_TEXTS } from '@fieldstone/metadata/language/system-texts.js';
import { resultType } from '../fields/registry.js';
import type { Issue } from '../kernel/errors.js';
import { digest } from '../kernel/hash.js';
import { checkLimits } from './check-limits.js';
import { checkCycles, checkField } from './check-fields.js';
import { checkPackSet } from './check-pack-set.js';
import { resolveComputed } from './compile-computed.js';
import { checkApp, checkLayout, checkView } from './check-screens.js';
import { checkShape } from './check-shape.js';
import { checkTemplate } from './check-template.js';
import { compileTranslations } from './check-translations.js';
import { checkWorkflow } from './check-workflow.js';
import { compileActions } from './compile-actions.js';
import { compileRoles } from './compile-roles.js';
import { dependentOptions } from './dependent-options.js';
import { elementId } from './element.js';
import { deepFreeze } from './freeze.js';
import { link, unknownField, type Linked, type LinkedObject } from './link.js';
import { fileOf, Problems } from './problems.js';
import { processRules } from './process-rules.js';
import { recordTypeRules, recordTypes } from './record-types.js';
import { parseAt, scopeOf } from './scope.js';
import { compileIndexes } from './compile-indexes.js';
import { compileTimeline } from './compile-timeline.js';
import { USER_OBJECT } from './system-fields.js';
import type { FieldModel, Model, ObjectModel, SourceDocument, TriggerModel, ValidationModel } from './types.js';

export type CompileResult = { readonly ok: true; readonly model: Model } | { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * Documents of all origins to one frozen model.
 *
 * Shape:  pure; the same documents in any order give the same hash. Data documents are checked for shape and left out.
 * Errors: every issue at once, each with file, JSON Pointer and what was expected. Nothing is checked further while shapes are wrong.
 */
export function compileModel(sources: readonly SourceDocument[]): CompileResult {
  const shape = checkShape(sources);
  if (shape.length > 0) return { ok: false, issues: shape };

  const elements = sources.filter((source) => source.document.kind !== 'data');
  const problems = new Problems();
  const linked = link(elements, problems);
  checkPacks(linked, problems);
  resolveComputed(linked, problems);

  const triggers = new Map<string, TriggerModel[]>();
  for (const source of linked.byKind.workflow) {
    const trigger = checkWorkflow(linked, source, problems);
    if (trigger) triggers.set(source.document.object, [...(triggers.get(source.document.object) ?? []), trigger]);
  }
  for (const source of linked.byKind.template) checkTemplate(linked, source, problems);
  const roles = compileRoles(linked, problems);
  const objects = new Map([...linked.objects.values()].map((object) => [object.name, compileObject(linked, object, triggers, problems)]));
  checkCycles(linked, problems);
  for (const source of linked.byKind.app) checkApp(linked, source, problems);
  const translations = compileTranslations(linked, problems);
  checkLimits(linked, problems);
  if (problems.issues.length > 0) return { ok: false, issues: problems.issues };

  const byId = new Map(elements.map((source) => [elementId(source.document), { origin: source.origin, document: source.document }]));
  const model: Model = {
    hash: digest([...byId].sort(([a], [b]) => (a < b ? -1 : 1))),
    packs: linked.byKind.pack.map((source) => source.document),
    objects,
    roles,
    apps: linked.byKind.app.map((source) => source.document).sort((a, b) => (a.order ?? 1_000) - (b.order ?? 1_000)),
    workflows: new Map(linked.byKind.workflow.map((source) => [source.document.name, source.document])),
    templates: new Map(linked.byKind.template.map((source) => [source.document.name, source.document])),
    translations,
    sources: elements,
  };
  return { ok: true, model: deepFreeze(model) };
}

function compileObject(
  linked: Linked,
  object: LinkedObject,
  triggers: ReadonlyMap<string, readonly TriggerModel[]>,
  problems: Problems,
): ObjectModel {
  const fields = new Map<string, FieldModel>();
  for (const [name, field] of object.fields) {
    const where = field.source && checkField(linked, object, field.source, problems);
    fields.set(name, where ? { ...field.model, where } : field.model);
  }
  const nameField = object.source?.document.nameField ?? 'name';
  const named = object.fields.get(nameField);
  if (object.source && !named) problems.add(object.source, '/nameField', 'unknown_field', unknownField(nameField, object));
  if (object.source && named && !resultType(named.model).uses.includes('name')) {
    problems.add(
      object.source,
      '/nameField',
      'not_for_type',
      'The name of a record must be a text, an autonumber or a formula that gives a text.',
    );
  }
  for (const source of object.layouts) checkLayout(linked, object, source, problems);
  for (const source of object.views) checkView(linked, object, source, problems);
  const document = object.source?.document;
  return {
    id: object.id,
    name: object.name,
    label: document?.label ?? SYSTEM_TEXTS.sys_user.label,
    pluralLabel: document?.pluralLabel ?? SYSTEM_TEXTS.sys_user.pluralLabel,
    icon: document?.icon ?? (object.name === USER_OBJECT ? 'user' : 'box'),
    nameField,
    trackHistory: document?.trackHistory ?? document !== undefined,
    ...(document?.timeline ? { timeline: compileTimeline(object, problems) } : {}),
    indexes: compileIndexes(object, problems),
    system: document === undefined,
    fields,
    relations: object.relations,
    recordTypes: recordTypes(linked, object, problems),
    validations: [
      ...compileValidations(linked, object, problems),
      ...object.processes.flatMap((source) => processRules(linked, object, source, problems)),
      ...object.recordTypes.flatMap((source) => recordTypeRules(linked, object, source, problems)),
      ...[...object.fields.values()].flatMap(({ source }) => (source ? dependentOptions(linked, object, source, problems) : [])),
    ],
    triggers: triggers.get(object.name) ?? [],
    actions: compileActions(linked, object, problems),
    layouts: object.layouts.map((source) => source.document),
    views: object.views.map((source) => source.document),
  };
}

function compileValidations(linked: Linked, object: LinkedObject, problems: Problems): ValidationModel[] {
  const scope = scopeOf(linked, object.name, { allow: ['previous', 'changed', 'user'] });
  return object.validations.flatMap((source) => {
    const { id, name, on, errorWhen, message, field, inactive } = source.document;
    const expression = parseAt(problems, source, '/errorWhen', errorWhen, scope);
    if (field !== undefined && !object.fields.has(field)) problems.add(source, '/field', 'unknown_field', unknownField(field, object));
    if (!expression || inactive) return [];
    const rule: ValidationModel = { id, name, on: on ?? ['create', 'update'], errorWhen: expression, message, source: errorWhen };
    return [field === undefined ? rule : { ...rule, field }];
  });
}

/** Packs that a pack needs must be there. */
function checkPacks(linked: Linked, problems: Problems): void {
  const packs = linked.byKind.pack.map(({ document }) => ({ name: document.name, version: document.version, document }));
  const files = new Map(linked.byKind.pack.map((source) => [`${source.document.name}/pack.json`, fileOf(source)]));
  for (const issue of checkPackSet(packs)) problems.issues.push({ ...issue, file: files.get(issue.file ?? '') ?? issue.file ?? '' });
}
