import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { withProperties } from '../draft/without-undefined.js';
import { arrange, type Position } from './arrange.js';
import { nodeTypeInfo, portsOf, type NodeType, type WorkflowNode } from './node-types.js';

/** Id of the trigger on the canvas. Node ids have no underscore, so it can not be one. */
export const TRIGGER = '_trigger';
/** Port of the trigger: its edge is the `start` of the workflow. */
export const START_PORT = 'start';
/** A workflow always names a first step; without any, the name stands for none. */
const NO_START = 'none';

export const NODE_WIDTH = 230;
export const NODE_HEIGHT = 92;

export type FlowEdge = { readonly id: string; readonly from: string; readonly port: string; readonly to: string };

export const findNode = (workflow: WorkflowDocument, id: string): WorkflowNode | undefined => workflow.nodes.find((node) => node.id === id);

/** Edges as drawn: those of the document and the one from the trigger to the first step. */
export function flowEdges(workflow: WorkflowDocument): FlowEdge[] {
  const edges = workflow.edges.map((edge) => ({ id: `${edge.from}.${edge.port}`, ...edge }));
  const start = findNode(workflow, workflow.start);
  return start === undefined ? edges : [{ id: `${TRIGGER}.${START_PORT}`, from: TRIGGER, port: START_PORT, to: start.id }, ...edges];
}

/** Positions of all nodes and the trigger: saved ones, and automatic ones where none is saved. */
export function positionsOf(workflow: WorkflowDocument): Map<string, Position> {
  const automatic = autoPositions(workflow);
  const saved = workflow.layout ?? {};
  const positions = new Map<string, Position>();
  for (const [id, position] of automatic) {
    const [x, y] = saved[id] ?? [];
    positions.set(id, x === undefined || y === undefined ? position : { x, y });
  }
  const first = positions.get(workflow.start);
  // The trigger stands above the first step unless it was moved; its place is not part of the document.
  if (first !== undefined) positions.set(TRIGGER, { x: first.x, y: first.y - NODE_HEIGHT - 60 });
  return positions;
}

function autoPositions(workflow: WorkflowDocument): Map<string, Position> {
  const boxes = [TRIGGER, ...workflow.nodes.map((node) => node.id)].map((id) => ({ id, width: NODE_WIDTH, height: NODE_HEIGHT }));
  return arrange(boxes, flowEdges(workflow), { direction: 'TB', gap: 50, rankGap: 60 });
}

export function arranged(workflow: WorkflowDocument): WorkflowDocument {
  const positions = autoPositions(workflow);
  const layout: Record<string, [number, number]> = {};
  for (const node of workflow.nodes) {
    const position = positions.get(node.id);
    if (position !== undefined) layout[node.id] = [position.x, position.y];
  }
  return { ...workflow, layout };
}

export function moved(workflow: WorkflowDocument, moves: ReadonlyMap<string, Position>): WorkflowDocument {
  const layout: Record<string, number[]> = { ...workflow.layout };
  for (const [id, { x, y }] of moves) if (findNode(workflow, id) !== undefined) layout[id] = [Math.round(x), Math.round(y)];
  return { ...workflow, layout };
}

export type Connection = { readonly from: string; readonly port: string; readonly to: string };

/** Why a connection can not be made, in words for the person drawing it; undefined when it can. */
export function connectionProblem(workflow: WorkflowDocument, { from, port, to }: Connection): string | undefined {
  if (to === TRIGGER) return 'Nothing can lead back to the trigger: it starts the workflow.';
  const target = findNode(workflow, to);
  if (target === undefined) return 'There is no such step.';
  if (from === to) return 'A step can not lead to itself.';
  if (from === TRIGGER) return workflow.start === to ? 'This is already the first step.' : undefined;
  const source = findNode(workflow, from);
  if (source === undefined) return 'There is no such step.';
  if (!portsOf(source).some((each) => each.name === port)) return 'This step has no such exit.';
  const taken = workflow.edges.find((edge) => edge.from === from && edge.port === port);
  if (taken?.to === to) return 'These steps are already connected.';
  if (taken !== undefined) return 'This exit already leads somewhere. Remove that connection first.';
  if (reaches(workflow, to, from)) return 'This would make a circle: the steps would run for ever.';
  return undefined;
}

function reaches(workflow: WorkflowDocument, from: string, to: string): boolean {
  const seen = new Set<string>();
  const waiting = [from];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    for (const edge of workflow.edges) if (edge.from === id) waiting.push(edge.to);
  }
  return false;
}

/** Joins two nodes. From the trigger it names the first step. Errors: none here; ask `connectionProblem` first. */
export function connected(workflow: WorkflowDocument, { from, port, to }: Connection): WorkflowDocument {
  if (from === TRIGGER) return { ...workflow, start: to };
  return { ...workflow, edges: [...workflow.edges, { from, port, to }] };
}

export function disconnected(workflow: WorkflowDocument, edgeId: string): WorkflowDocument {
  if (edgeId === `${TRIGGER}.${START_PORT}`) return { ...workflow, start: NO_START };
  return { ...workflow, edges: workflow.edges.filter((edge) => `${edge.from}.${edge.port}` !== edgeId) };
}

/**
 * Adds a step. With `after`, it goes into that exit, and what the exit led to comes after the new step.
 */
export function withNode(
  workflow: WorkflowDocument,
  wanted: { type: NodeType; id: string; position?: Position; after?: { from: string; port: string } },
): WorkflowDocument {
  const info = nodeTypeInfo(wanted.type);
  if (info === undefined) return workflow;
  const node: WorkflowNode = { id: wanted.id, type: wanted.type, label: info.label, input: info.input(workflow.object) };
  const layout =
    wanted.position === undefined
      ? workflow.layout
      : { ...workflow.layout, [node.id]: [Math.round(wanted.position.x), Math.round(wanted.position.y)] };
  const added = withProperties(workflow, { nodes: [...workflow.nodes, node], layout });
  if (workflow.nodes.length === 0) return { ...added, start: node.id };
  return wanted.after === undefined ? added : inserted(added, node, wanted.after);
}

function inserted(workflow: WorkflowDocument, node: WorkflowNode, { from, port }: { from: string; port: string }): WorkflowDocument {
  const next = from === TRIGGER ? workflow.start : workflow.edges.find((edge) => edge.from === from && edge.port === port)?.to;
  const cut = disconnected(workflow, `${from}.${port}`);
  const joined = connected(cut, { from, port, to: node.id });
  const exit = portsOf(node)[0]?.name ?? 'ok';
  return next === undefined || findNode(workflow, next) === undefined ? joined : connected(joined, { from: node.id, port: exit, to: next });
}

/** Removes steps. Where a removed step had one way in and one way on, the two are joined. */
export function withoutNodes(workflow: WorkflowDocument, ids: ReadonlySet<string>): WorkflowDocument {
  let next = workflow;
  for (const id of ids) next = withoutNode(next, id);
  return next;
}

function withoutNode(workflow: WorkflowDocument, id: string): WorkflowDocument {
  const ways = flowEdges(workflow);
  const entries = ways.filter((edge) => edge.to === id);
  const exits = workflow.edges.filter((edge) => edge.from === id);
  const entry = entries[0];
  const exit = exits[0];
  const layout =
    workflow.layout === undefined ? undefined : Object.fromEntries(Object.entries(workflow.layout).filter(([key]) => key !== id));
  let next = withProperties(workflow, {
    nodes: workflow.nodes.filter((node) => node.id !== id),
    edges: workflow.edges.filter((edge) => edge.from !== id && edge.to !== id),
    start: workflow.start === id ? NO_START : workflow.start,
    layout,
  });
  if (entries.length === 1 && exits.length === 1 && entry !== undefined && exit !== undefined)
    next = connected(next, { from: entry.from, port: entry.port, to: exit.to });
  return next;
}

export function withNodeSet(workflow: WorkflowDocument, node: WorkflowNode): WorkflowDocument {
  const ports = new Set(portsOf(node).map((port) => port.name));
  return {
    ...workflow,
    nodes: workflow.nodes.map((each) => (each.id === node.id ? node : each)),
    // An exit that is gone takes its connection with it.
    edges: workflow.edges.filter((edge) => edge.from !== node.id || ports.has(edge.port)),
  };
}

/** Steps no run can come to: not led to from the trigger. */
export function unreachable(workflow: WorkflowDocument): ReadonlySet<string> {
  return new Set(workflow.nodes.filter((node) => !reaches(workflow, workflow.start, node.id)).map((node) => node.id));
}

/** Steps in the order they are met, for the list beside the canvas; those that are not reached come last. */
export function inOrder(workflow: WorkflowDocument): WorkflowNode[] {
  const order: string[] = [];
  const visit = (id: string): void => {
    if (order.includes(id) || findNode(workflow, id) === undefined) return;
    order.push(id);
    for (const edge of workflow.edges) if (edge.from === id) visit(edge.to);
  };
  visit(workflow.start);
  for (const node of workflow.nodes) visit(node.id);
  return order.flatMap((id) => findNode(workflow, id) ?? []);
}
