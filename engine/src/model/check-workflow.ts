import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import { pointer } from '../kernel/json-pointer.js';
import { scheduleProblem } from './check-schedule.js';
import { checkNodes } from './check-workflow-nodes.js';
import type { Linked, LinkedObject, Sourced } from './link.js';
import { unknownField, unknownObject } from './link.js';
import type { Problems } from './problems.js';
import { parseAt, scopeOf } from './scope.js';
import type { TriggerModel } from './types.js';
import { NODE_MANIFESTS, portsOf } from './workflow-nodes.js';

/** Checks the trigger and the graph of a workflow. Gives its record trigger, where it has one that may start runs. */
export function checkWorkflow(linked: Linked, source: Sourced<'workflow'>, problems: Problems): TriggerModel | undefined {
  const workflow = source.document;
  const object = linked.objects.get(workflow.object);
  if (!object?.source) {
    problems.add(source, '/object', 'unknown_object', unknownObject(workflow.object, linked.objects));
    return undefined;
  }
  checkNodes(linked, source, problems);
  checkGraph(source, problems);
  return checkTrigger(linked, object, source, problems);
}

function checkTrigger(linked: Linked, object: LinkedObject, source: Sourced<'workflow'>, problems: Problems): TriggerModel | undefined {
  const { id, name, trigger, inactive } = source.document;
  if (trigger.type === 'schedule') {
    const wrong = scheduleProblem(trigger.cron, trigger.timeZone);
    if (wrong) problems.add(source, pointer('trigger', wrong.part), 'bad_schedule', wrong.message);
    if (trigger.when) parseAt(problems, source, '/trigger/when', trigger.when, scopeOf(linked, object.name));
    return undefined;
  }
  if (trigger.type === 'action') {
    const known = object.actions.map(({ document }) => document.name);
    if (!known.includes(trigger.action)) {
      const hint = didYouMean(trigger.action, known);
      problems.add(source, '/trigger/action', 'unknown_action', `${object.name} has no action "${trigger.action}".${hint}`);
    }
    return undefined;
  }
  for (const [index, field] of (trigger.fields ?? []).entries()) {
    if (!object.fields.has(field)) problems.add(source, pointer('trigger', 'fields', index), 'unknown_field', unknownField(field, object));
  }
  const scope = scopeOf(linked, object.name, { allow: ['previous', 'changed', 'user'] });
  const when = trigger.when && parseAt(problems, source, '/trigger/when', trigger.when, scope);
  if (inactive) return undefined;
  return {
    workflowId: id,
    workflow: name,
    on: trigger.on,
    fields: trigger.fields ?? [],
    entry: trigger.entry ?? 'every_match',
    ...(when ? { when } : {}),
  };
}

function checkGraph(source: Sourced<'workflow'>, problems: Problems): void {
  const before = problems.issues.length;
  const { nodes, edges, start } = source.document;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  if (!byId.has(start)) problems.add(source, '/start', 'unknown_node', `There is no step "${start}" to start from.`);
  const used = new Set<string>();
  for (const [index, edge] of edges.entries()) {
    const at = pointer('edges', index);
    const from = byId.get(edge.from);
    if (!from) problems.add(source, `${at}/from`, 'unknown_node', `There is no step "${edge.from}".`);
    if (!byId.has(edge.to)) problems.add(source, `${at}/to`, 'unknown_node', `There is no step "${edge.to}".`);
    const manifest = from && NODE_MANIFESTS.get(from.type);
    const ports = manifest && portsOf(manifest, from.input);
    if (ports && !ports.includes(edge.port)) {
      problems.add(
        source,
        `${at}/port`,
        'unknown_port',
        `Step "${edge.from}" has no exit "${edge.port}". Expected one of: ${ports.join(', ')}.`,
      );
    }
    const exit = `${edge.from} ${edge.port}`;
    if (used.has(exit))
      problems.add(source, `${at}/port`, 'duplicate_port', `Exit "${edge.port}" of step "${edge.from}" already leads somewhere.`);
    used.add(exit);
  }
  checkAcyclic(source, problems);
  // While connections are wrong, what they fail to reach is no news.
  if (problems.issues.length === before) checkReachable(source, problems);
}

/** A step that no way leads to would never run: more likely a connection was forgotten. */
function checkReachable(source: Sourced<'workflow'>, problems: Problems): void {
  const { nodes, edges, start } = source.document;
  const reached = new Set([start]);
  for (const id of reached) for (const edge of edges) if (edge.from === id) reached.add(edge.to);
  for (const [index, node] of nodes.entries()) {
    if (!reached.has(node.id))
      problems.add(source, pointer('nodes', index), 'unreachable_node', `No connection leads to step "${node.id}".`);
  }
}

/** A run goes forward only: a circle of steps would never end. */
function checkAcyclic(source: Sourced<'workflow'>, problems: Problems): void {
  const { nodes, edges } = source.document;
  const next = new Map<string, string[]>();
  for (const edge of edges) next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  const state = new Map<string, 'open' | 'done'>();
  const visit = (id: string): boolean => {
    if (state.get(id) === 'open') return false;
    if (state.get(id) === 'done') return true;
    state.set(id, 'open');
    const isFine = (next.get(id) ?? []).every(visit);
    state.set(id, 'done');
    return isFine;
  };
  if (!nodes.every((node) => visit(node.id))) problems.add(source, '/edges', 'cycle', 'The steps lead in a circle.');
}
