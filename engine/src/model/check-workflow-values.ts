import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { ValueType } from '@fieldstone/metadata/language/expression.js';
import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { pointer } from '../kernel/json-pointer.js';
import { parseTemplate } from './template-syntax.js';
import { parseNodeExpression, type WorkflowNames } from './workflow-expressions.js';
import { followPath, isPart } from './workflow-paths.js';

export type ValueCheck = {
  readonly workflow: WorkflowDocument;
  readonly node: WorkflowDocument['nodes'][number];
  readonly names: WorkflowNames;
  /** Names of what the action that starts it asks for. */
  readonly inputs: readonly string[];
  add(path: string, code: string, message: string): void;
};

/** First names of what a step leaves behind, by node type. */
const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  'branch@1': ['port'],
  'record.update@1': ['id', 'version', 'error'],
  'record.create@1': ['id', 'version', 'error'],
  'email.send@1': ['mail', 'status', 'error'],
  'webhook.call@1': ['status', 'body', 'error'],
};

/** Checks every worked-out value in an input, at any depth. `expected`: the type an expression must have. */
export function checkValues(check: ValueCheck, value: unknown, at: string, expected?: ValueType): void {
  if (Array.isArray(value)) return value.forEach((item, index) => checkValues(check, item, at + pointer(index)));
  if (typeof value !== 'object' || value === null) return;
  const dynamic = value as { $var?: unknown; $expr?: unknown; $template?: unknown };
  const names = Object.keys(value);
  if (names.some((name) => name.startsWith('$')) && names.length > 1) {
    return check.add(at, 'malformed', 'A worked-out value has exactly one of $var, $expr and $template.');
  }
  if (typeof dynamic.$var === 'string') return checkPath(check, dynamic.$var.split('.'), `${at}/$var`);
  if (dynamic.$expr !== undefined) {
    const parsed = parseNodeExpression(dynamic.$expr, check.workflow, check.names, expected);
    if (!parsed.ok) for (const issue of parsed.issues) check.add(`${at}/$expr${issue.path}`, issue.code, issue.message);
    return;
  }
  if (typeof dynamic.$template === 'string') return checkTemplateText(check, dynamic.$template, `${at}/$template`);
  for (const [key, item] of Object.entries(value)) checkValues(check, item, at + pointer(key));
}

/** Checks a template of a workflow: its form, and the names it reads. */
export function checkTemplateText(check: ValueCheck, text: string, at: string): void {
  const parsed = parseTemplate(text);
  if (!parsed.ok) return check.add(at, 'bad_template', parsed.message);
  for (const path of parsed.paths) checkPath(check, path, at);
}

function checkPath(check: ValueCheck, path: readonly string[], at: string): void {
  const [root, ...rest] = path;
  switch (root) {
    case 'record':
      return checkRecordPath(check, rest, at);
    case 'trigger':
      return checkTriggerPath(check, rest, at);
    case 'steps':
      return checkStepPath(check, rest, at);
    case 'user':
      if (rest.length !== 1 || !['id', 'name'].includes(rest[0] ?? ''))
        check.add(at, 'unknown_name', 'Of the user there are "user.id" and "user.name".');
      return;
    default:
      check.add(at, 'unknown_name', `There is no "${String(root)}". A path begins with record, trigger, steps or user.`);
  }
}

/** Whether a run of the workflow is about a record. */
export const hasRecord = ({ trigger }: WorkflowDocument): boolean => trigger.type !== 'schedule' || trigger.when !== undefined;

function checkRecordPath(check: ValueCheck, path: readonly string[], at: string): void {
  const { workflow, names } = check;
  if (!hasRecord(workflow)) return check.add(at, 'unknown_name', 'This schedule selects no records, so there is no "record".');
  if (path.length === 0) return check.add(at, 'unknown_name', 'Say which field of the record, such as "record.id".');
  const found = followPath(names.field, workflow.object, path);
  if (found.ok) return;
  if (found.object === 'user' && found.name === 'email') {
    return check.add(
      at,
      'unknown_field',
      'The address of a user is not read here: give the user itself, such as "record.owner", as the recipient.',
    );
  }
  check.add(at, 'unknown_field', `${found.object} has no field "${found.name}".${didYouMean(found.name, [...names.names(found.object)])}`);
}

function checkTriggerPath({ workflow, names, inputs, add }: ValueCheck, [part, name, inner, ...more]: readonly string[], at: string): void {
  const { type } = workflow.trigger;
  const isRecord = type === 'record';
  if (part === 'event' && name === undefined) return;
  if (type === 'action') {
    if (part === 'input' && name !== undefined && inputs.includes(name)) return;
    const known = inputs.map((each) => `trigger.input.${each}`).join(', ');
    return add(at, 'unknown_name', `Of the trigger there are trigger.event${known === '' ? '' : `, ${known}`}.`);
  }
  if (part === 'at' && name === undefined && !isRecord) return;
  if ((part !== 'new' && part !== 'old') || name === undefined || !isRecord) {
    const choices = isRecord ? 'trigger.event, trigger.new.<field> and trigger.old.<field>' : 'trigger.event and trigger.at';
    return add(at, 'unknown_name', `Of the trigger there are ${choices}.`);
  }
  const field = names.field(workflow.object, name);
  if (!field)
    return add(at, 'unknown_field', `${workflow.object} has no field "${name}".${didYouMean(name, [...names.names(workflow.object)])}`);
  if (inner === undefined) return;
  if (field.target === undefined && isPart(field, inner) && more.length === 0) return;
  add(at, 'unknown_name', `The trigger keeps only the value of "${name}"; follow links with "record.${name}.${inner}".`);
}

function checkStepPath({ workflow, node, add }: ValueCheck, [id, output, name]: readonly string[], at: string): void {
  const step = workflow.nodes.find((candidate) => candidate.id === id);
  if (!step || step.id === node.id) return add(at, 'unknown_node', `There is no other step "${String(id)}".`);
  const known = OUTPUTS[step.type] ?? [];
  if (output !== 'output' || name === undefined || !known.includes(name)) {
    add(at, 'unknown_name', `Step "${step.id}" leaves behind ${known.map((each) => `steps.${step.id}.output.${each}`).join(', ')}.`);
  }
}
