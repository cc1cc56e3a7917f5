import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import type { Edge } from '@xyflow/react';
import { casesOf, nodeLabel, nodeProblem, type WorkflowNode } from '../../graph/node-types.js';
import { flowEdges, NODE_WIDTH, positionsOf, TRIGGER, unreachable } from '../../graph/workflow-graph.js';
import type { RunState, WorkflowFlowNode } from './StepNode.js';
import { triggerText } from './trigger-text.js';

/** One line about what a step does. */
export function summaryOf(node: WorkflowNode): string {
  const input = node.input as Record<string, unknown>;
  const keys = (value: unknown) => Object.keys((value as object | undefined) ?? {}).join(', ');
  const text = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const dynamic = value as { $var?: string; $template?: string } | undefined;
    return dynamic?.$var ?? dynamic?.$template ?? '';
  };
  switch (node.type) {
    case 'branch@1':
      return `${casesOf(node).length + 1} ways`;
    case 'record.update@1':
      return keys(input['set']);
    case 'record.create@1':
      return `${text(input['object'])}: ${keys(input['set'])}`;
    case 'email.send@1':
      return `to ${text(input['to'])}`;
    case 'webhook.call@1':
      return `${text(input['method']) || 'POST'} ${text(input['url'])}`;
    default:
      return '';
  }
}

/** A workflow as nodes of the canvas. `runs` gives how each step went when a run is shown. */
export function flowNodesOf(workflow: WorkflowDocument, objectLabel: string, runs?: ReadonlyMap<string, RunState>): WorkflowFlowNode[] {
  const positions = positionsOf(workflow);
  const lost = unreachable(workflow);
  const at = (id: string) => ({ ...(positions.get(id) ?? { x: 0, y: 0 }) });
  const trigger: WorkflowFlowNode = {
    id: TRIGGER,
    type: 'trigger',
    position: at(TRIGGER),
    deletable: false,
    draggable: false,
    ariaLabel: `Trigger: ${triggerText(workflow, objectLabel)}`,
    data: { text: triggerText(workflow, objectLabel), object: objectLabel },
    initialWidth: NODE_WIDTH,
  };
  const steps = workflow.nodes.map((node): WorkflowFlowNode => ({
    id: node.id,
    type: 'step',
    position: at(node.id),
    initialWidth: NODE_WIDTH,
    ariaLabel: `Step ${nodeLabel(node)}`,
    data: {
      node,
      summary: summaryOf(node),
      problem: nodeProblem(node) ?? (lost.has(node.id) ? 'Nothing leads here.' : undefined),
      run: runs === undefined ? undefined : (runs.get(node.id) ?? 'skipped'),
    },
  }));
  return [trigger, ...steps];
}

/** Connections of the canvas. `taken` holds the ids of those a run went along. */
export function flowLinesOf(workflow: WorkflowDocument, taken?: ReadonlySet<string>): Edge[] {
  const labelOf = (id: string) =>
    id === TRIGGER ? 'the trigger' : nodeLabel(workflow.nodes.find((node) => node.id === id) ?? { id, type: id, input: {} });
  return flowEdges(workflow).map((edge) => ({
    id: edge.id,
    source: edge.from,
    sourceHandle: edge.port,
    target: edge.to,
    type: 'smoothstep',
    ariaLabel: `From ${labelOf(edge.from)} by ${edge.port} to ${labelOf(edge.to)}`,
    ...(taken === undefined ? {} : { className: taken.has(edge.id) ? 'taken' : 'skipped' }),
  }));
}
