import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { portsOf } from '../../graph/node-types.js';
import { findNode, inOrder, START_PORT, TRIGGER } from '../../graph/workflow-graph.js';

/** Exit after which a step added without a place comes: a free one of the chosen step, else of the last step of the flow. */
export function exitFor(workflow: WorkflowDocument, selected: string | undefined): { from: string; port: string } | undefined {
  if (selected === TRIGGER || (selected === undefined && workflow.nodes.length === 0)) return { from: TRIGGER, port: START_PORT };
  const node = (selected === undefined ? undefined : findNode(workflow, selected)) ?? inOrder(workflow).at(-1);
  if (node === undefined) return { from: TRIGGER, port: START_PORT };
  const ports = portsOf(node);
  const free = ports.find((port) => !workflow.edges.some((edge) => edge.from === node.id && edge.port === port.name));
  const port = free ?? ports[0];
  return port === undefined ? undefined : { from: node.id, port: port.name };
}
