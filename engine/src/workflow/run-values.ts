import { evaluate, type Environment } from '@fieldstone/metadata/language/evaluate.js';
import type { Expression } from '@fieldstone/metadata/language/expression.js';
import { fieldsRead } from '@fieldstone/metadata/language/references.js';
import { followPath } from '../model/workflow-paths.js';
import { parseTemplate, type TemplateNode } from '../model/template-syntax.js';
import type { ActiveModel } from '../model/active.js';
import type { Model } from '../model/types.js';
import { parseNodeCondition, parseNodeExpression, type WorkflowNames } from '../model/workflow-expressions.js';
import type { ClaimedRun } from '../store/workflow-runs.js';
import { renderTemplate, TemplateLimit } from './actions/render-template.js';
import type { Definition } from './definitions.js';
import type { RunIdentity } from './run-actor.js';
import type { RunRecords } from './run-records.js';
import { seenSnapshot, type Snapshot } from './seen-snapshot.js';
import { StepBlocked, StepFailure } from './step-failure.js';

/** Turns the values of a node's input into plain ones. */
export type RunValues = {
  /** Every {"$var"}, {"$expr"} and {"$template"} at any depth. */
  resolve(input: unknown): Promise<unknown>;
  /** Index of the first condition that holds. */
  firstThatHolds(conditions: readonly Readonly<Record<string, unknown>>[]): Promise<number | undefined>;
  renderText(template: string): Promise<string>;
  renderHtml(template: string): Promise<string>;
  /** The same values, with dates, numbers and money as somebody else writes them. */
  readBy(reader: Reader): RunValues;
};

export type Reader = { readonly locale: string; readonly timeZone: string };

type Tree = {
  readonly trigger: {
    readonly event: string | null;
    readonly at: string | null;
    readonly input: unknown;
    readonly new: Snapshot | null;
    readonly old: Snapshot | null;
  };
  readonly steps: Sources['steps'];
  readonly user: { readonly id: string | null; readonly name: string | null };
};
type Data = Tree & { readonly record: Readonly<Record<string, unknown>> };

type Sources = {
  readonly run: ClaimedRun;
  readonly definition: Definition;
  /** The model whose rights count: that of now. */
  readonly active: ActiveModel;
  readonly identity: RunIdentity;
  readonly records: RunRecords;
  readonly steps: Readonly<Record<string, { readonly output: unknown }>>;
  readonly now: Date;
};

type Paths = (readonly string[])[];

const namesOf = ({ objects }: Model): WorkflowNames => ({
  field: (object, name) => objects.get(object)?.fields.get(name),
  names: (object) => objects.get(object)?.fields.keys() ?? [],
});

/**
 * Values as one step sees them: the record is read again for each step, with the rights of the run and after what the steps before it wrote.
 *
 * Errors: StepFailure when a template goes beyond its limits; StepBlocked when a definition does not parse (it was checked when published).
 */
export function runValues(sources: Sources, reader: Reader = sources.identity.actor): RunValues {
  const { run, definition, active, identity, records, now } = sources;
  const { workflow, model } = definition;
  const seen = async (values: Snapshot | null): Promise<Snapshot | null> =>
    values && seenSnapshot({ definition, active, actor: identity.actor, records, now }, values);
  let known: Promise<Tree> | undefined;
  const knownTree = (): Promise<Tree> => (known ??= readTree());
  const readTree = async (): Promise<Tree> => ({
    trigger: {
      event: run.trigger.event ?? null,
      at: run.trigger.at ?? null,
      input: run.trigger.input ?? null,
      new: await seen(named(sources, run.trigger.new)),
      old: await seen(named(sources, run.trigger.old)),
    },
    steps: sources.steps,
    user: { id: identity.person?.id ?? null, name: identity.person?.name ?? null },
  });
  const load = async (paths: Paths): Promise<Data> => {
    const tree = await knownTree();
    return { ...tree, record: await readRecord(sources, tree.trigger.new ?? tree.trigger.old, paths) };
  };
  const environment = ({ record, trigger, user }: Data): Environment => ({
    record,
    previous: trigger.old,
    userId: user.id,
    now,
    timeZone: identity.actor.timeZone,
  });
  const expression = (json: unknown): Expression => parsed(json, () => parseNodeExpression(json, workflow, namesOf(model)));
  const condition = (json: unknown): Expression => parsed(json, () => parseNodeCondition(json, workflow, namesOf(model)));

  const collect = (input: unknown, paths: Paths): void => {
    if (Array.isArray(input)) return input.forEach((item) => collect(item, paths));
    if (typeof input !== 'object' || input === null) return;
    const dynamic = input as { $var?: string; $expr?: unknown; $template?: string };
    if (dynamic.$var !== undefined) addPath(dynamic.$var.split('.'), paths);
    else if (dynamic.$expr !== undefined) paths.push(...recordPaths(expression(dynamic.$expr)));
    else if (dynamic.$template !== undefined) template(dynamic.$template).paths.forEach((path) => addPath(path, paths));
    else Object.values(input).forEach((item) => collect(item, paths));
  };

  const replace = (input: unknown, data: Data): unknown => {
    if (Array.isArray(input)) return input.map((item) => replace(item, data));
    if (typeof input !== 'object' || input === null) return input;
    const dynamic = input as { $var?: string; $expr?: unknown; $template?: string };
    if (dynamic.$var !== undefined) return valueAt(data, dynamic.$var.split('.')) ?? null;
    if (dynamic.$expr !== undefined) return evaluate(expression(dynamic.$expr), environment(data)) ?? null;
    if (dynamic.$template !== undefined) return render(dynamic.$template, data, false);
    return Object.fromEntries(Object.entries(input).map(([key, item]) => [key, replace(item, data)]));
  };

  const render = (source: string, data: Readonly<Record<string, unknown>>, html: boolean): string => {
    const { locale, timeZone } = reader;
    try {
      return renderTemplate(template(source).nodes, data, { html, locale, timeZone });
    } catch (error) {
      if (error instanceof TemplateLimit) throw new StepFailure('template_too_large', error.message);
      throw error;
    }
  };
  const renderWithRecord = async (source: string, html: boolean) => {
    const paths: Paths = [];
    template(source).paths.forEach((path) => addPath(path, paths));
    return render(source, await load(paths), html);
  };

  return {
    async resolve(input) {
      const paths: Paths = [];
      collect(input, paths);
      return replace(input, await load(paths));
    },
    async firstThatHolds(conditions) {
      const expressions = conditions.map(condition);
      const data = await load(expressions.flatMap(recordPaths));
      const index = expressions.findIndex((each) => evaluate(each, environment(data)) === true);
      return index < 0 ? undefined : index;
    },
    renderText: (source) => renderWithRecord(source, false),
    renderHtml: (source) => renderWithRecord(source, true),
    readBy: (other) => runValues(sources, other),
  };
}

function addPath(path: readonly string[], paths: Paths): void {
  if (path[0] === 'record' && path.length > 1) paths.push(path.slice(1));
}

const recordPaths = (expression: Expression): Paths => fieldsRead(expression).map((path) => path.map((step) => step.field));

function valueAt(data: unknown, path: readonly string[]): unknown {
  let found = data;
  for (const part of path)
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, part) ? (found as Record<string, unknown>)[part] : undefined;
  return found;
}

/** Values kept by field id, under the names the definition knows the fields by. */
function named(
  { run, definition: { model, workflow } }: Sources,
  values: Readonly<Record<string, unknown>> | null | undefined,
): Record<string, unknown> | null {
  if (!values) return null;
  const object = model.objects.get(workflow.object);
  const result: Record<string, unknown> = {};
  for (const field of object?.fields.values() ?? []) if (Object.hasOwn(values, field.id)) result[field.name] = values[field.id];
  result['id'] ??= run.recordId;
  return result;
}

/**
 * The record of the run with the fields some paths need, as a tree by the names of the definition. A deleted record is shown as it was.
 *
 * Shape: what cannot be read is null.
 */
async function readRecord(sources: Sources, snapshot: Snapshot | null, paths: Paths): Promise<Snapshot> {
  const { run, definition, records } = sources;
  if (run.trigger.event === 'record.deleted' && snapshot) return snapshot;
  const record: Record<string, unknown> = {};
  const wanted = paths
    .map((path) => followPath(namesOf(definition.model).field, definition.workflow.object, path))
    .filter((path) => path.ok);
  if (wanted.length === 0 || run.recordId === null) return record;
  const found = await records.read(
    definition.workflow.object,
    run.recordId,
    wanted.map((path) => path.read),
  );
  if (!found)
    throw new StepFailure('not_found', 'The record of this run does not exist any more, or may not be read by whom the run works as.');
  for (const [index, { read }] of wanted.entries()) put(record, read, found[index]);
  return record;
}

/** Puts a value at a path; a lookup on the way keeps its id and label. */
function put(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  if (rest.length === 0) {
    const before = target[first];
    target[first] = isTree(before) && isTree(value) ? { ...value, ...before } : (before ?? value ?? null);
    return;
  }
  const inner = isTree(target[first]) ? (target[first] as Record<string, unknown>) : {};
  target[first] = inner;
  put(inner, rest, value);
}

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const expressions = new WeakMap<object, Expression>();

type Parse = () => { readonly ok: true; readonly expression: Expression } | { readonly ok: false };

/** Parsed once for each definition in memory: the JSON object is the key. */
function parsed(json: unknown, parse: Parse): Expression {
  const key = json as object;
  const known = expressions.get(key);
  if (known) return known;
  const result = parse();
  if (!result.ok) throw new StepBlocked('condition_invalid', 'A condition of this step does not fit the metadata it was published with.');
  expressions.set(key, result.expression);
  return result.expression;
}

const MAX_TEMPLATES = 200;
const templates = new Map<string, { nodes: readonly TemplateNode[]; paths: Paths }>();

function template(source: string): { nodes: readonly TemplateNode[]; paths: Paths } {
  let known = templates.get(source);
  if (!known) {
    const result = parseTemplate(source);
    if (!result.ok) throw new StepBlocked('template_invalid', `A template of this step cannot be read. ${result.message}`);
    known = { nodes: result.nodes, paths: [...result.paths] };
    templates.set(source, known);
    for (const oldest of templates.keys()) {
      if (templates.size <= MAX_TEMPLATES) break;
      templates.delete(oldest);
    }
  }
  return known;
}
