import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import { pointer } from '../kernel/json-pointer.js';
import { describeErrors } from './check-shape.js';
import { checkSet } from './check-workflow-set.js';
import { checkValues, hasRecord, type ValueCheck } from './check-workflow-values.js';
import { unknownObject, type Linked, type Sourced } from './link.js';
import type { Problems } from './problems.js';
import { parseNodeCondition } from './workflow-expressions.js';
import { NODE_MANIFESTS, portsOf, type NodeManifest } from './workflow-nodes.js';

type Node = Sourced<'workflow'>['document']['nodes'][number];

let compiled: ReadonlyMap<string, ValidateFunction> | undefined;

function validatorOf(type: string): ValidateFunction | undefined {
  if (!compiled) {
    const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: true });
    addFormats.default(ajv);
    compiled = new Map([...NODE_MANIFESTS.values()].map((manifest) => [manifest.type, ajv.compile(manifest.input)]));
  }
  return compiled.get(type);
}

/** Checks the input of every node against its manifest, and every name and condition in it against the objects. */
export function checkNodes(linked: Linked, source: Sourced<'workflow'>, problems: Problems): void {
  const seen = new Set<string>();
  for (const [index, node] of source.document.nodes.entries()) {
    const at = pointer('nodes', index);
    if (seen.has(node.id)) problems.add(source, `${at}/id`, 'duplicate_id', `The id "${node.id}" is there twice.`);
    seen.add(node.id);
    const manifest = NODE_MANIFESTS.get(node.type);
    if (!manifest) {
      const known = [...NODE_MANIFESTS.keys()];
      const guess = didYouMean(node.type, known) || ` Expected one of: ${known.join(', ')}.`;
      problems.add(source, `${at}/type`, 'unknown_node_type', `There is no step "${node.type}".${guess}`);
      continue;
    }
    const validate = validatorOf(node.type);
    if (validate && !validate(node.input)) {
      for (const issue of describeErrors(validate.errors ?? []))
        problems.add(source, `${at}/input${issue.path}`, issue.code, issue.message);
      continue;
    }
    checkInput(linked, source, node, `${at}/input`, problems);
    if (node.onError === 'edge' && !hasErrorEdge(source, node, manifest)) {
      problems.add(source, `${at}/onError`, 'missing_edge', `Step "${node.id}" has no connection from "error" to follow.`);
    }
  }
}

function hasErrorEdge(source: Sourced<'workflow'>, node: Node, manifest: NodeManifest): boolean {
  return (
    portsOf(manifest, node.input).includes('error') && source.document.edges.some((edge) => edge.from === node.id && edge.port === 'error')
  );
}

/** What the action asks for that starts a workflow. */
function inputsOf(linked: Linked, { object, trigger }: Sourced<'workflow'>['document']): string[] {
  if (trigger.type !== 'action') return [];
  const action = linked.objects.get(object)?.actions.find(({ document }) => document.name === trigger.action);
  return action?.document.inputs?.map(({ name }) => name) ?? [];
}

function checkInput(linked: Linked, source: Sourced<'workflow'>, node: Node, at: string, problems: Problems): void {
  const workflow = source.document;
  const check: ValueCheck = {
    workflow,
    node,
    names: {
      field: (object, name) => linked.objects.get(object)?.fields.get(name)?.model,
      names: (object) => linked.objects.get(object)?.fields.keys() ?? [],
    },
    inputs: inputsOf(linked, workflow),
    add: (path, code, message) => problems.add(source, path, code, message),
  };
  const input = node.input as Record<string, unknown>;
  if (node.type === 'branch@1') return checkCases(check, input, at);
  if (node.type === 'record.update@1' || node.type === 'record.create@1') {
    const object = linked.objects.get((input['object'] as string | undefined) ?? workflow.object);
    if (!object?.source) {
      const name = String(input['object'] ?? workflow.object);
      check.add(`${at}/object`, 'unknown_object', unknownObject(name, linked.objects));
      return;
    }
    if (node.type === 'record.update@1') checkTarget(check, input, at);
    checkSet(check, object, input['set'] as Record<string, unknown>, `${at}/set`, node.type === 'record.create@1');
    return;
  }
  const { template } = input;
  if (typeof template === 'string' && !linked.byKind.template.some((each) => each.document.name === template)) {
    const known = linked.byKind.template.map((each) => each.document.name);
    check.add(`${at}/template`, 'unknown_template', `There is no template "${template}".${didYouMean(template, known)}`);
  }
  checkLiterals(check, node.type, input, at);
  for (const [key, value] of Object.entries(input)) checkValues(check, value, at + pointer(key));
}

/** Without a record id the record of the run is meant: then there must be one, of the same object. */
function checkTarget(check: ValueCheck, input: Record<string, unknown>, at: string): void {
  const { workflow } = check;
  if (input['recordId'] !== undefined) return checkValues(check, input['recordId'], `${at}/recordId`);
  const isOwn = input['object'] === undefined || input['object'] === workflow.object;
  if (!isOwn || !hasRecord(workflow)) check.add(`${at}/recordId`, 'missing_property', 'Say which record: "recordId" is missing.');
}

function checkCases(check: ValueCheck, input: Record<string, unknown>, at: string): void {
  const cases = input['cases'] as { port: string; if: unknown }[];
  const ports = new Set<string>();
  for (const [index, each] of cases.entries()) {
    const place = `${at}${pointer('cases', index)}`;
    if (ports.has(each.port)) check.add(`${place}/port`, 'duplicate_port', `The exit "${each.port}" is there twice.`);
    ports.add(each.port);
    const parsed = parseNodeCondition(each.if, check.workflow, check.names);
    if (!parsed.ok) for (const issue of parsed.issues) check.add(`${place}/if${issue.path}`, issue.code, issue.message);
  }
}

function checkLiterals(check: ValueCheck, type: string, input: Record<string, unknown>, at: string): void {
  const { to, url } = input;
  if (type === 'email.send@1' && typeof to === 'string' && !/^[^\s@,;<>"]+@[^\s@,;<>"]+$/.test(to)) {
    check.add(`${at}/to`, 'not_an_email', 'Expected one e-mail address, or a value such as {"$var":"record.owner"}.');
  }
  if (type === 'webhook.call@1' && typeof url === 'string' && !(URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) {
    check.add(`${at}/url`, 'not_a_url', 'Expected an address that begins with http:// or https://.');
  }
}
