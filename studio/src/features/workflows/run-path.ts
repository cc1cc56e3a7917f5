import type { RunDetail } from '@fieldstone/metadata/types/wire.js';
import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { START_PORT, TRIGGER } from '../../graph/workflow-graph.js';
import type { RunState } from './StepNode.js';

/** How each step of a run went (its last attempt counts), and the connections it went along. */
export function pathOf(workflow: WorkflowDocument, run: RunDetail): { states: Map<string, RunState>; taken: Set<string> } {
  const states = new Map<string, RunState>();
  const taken = new Set<string>();
  if (run.steps.length > 0 && workflow.start === run.steps[0]?.node) taken.add(`${TRIGGER}.${START_PORT}`);
  for (const step of run.steps) {
    states.set(step.node, step.status);
    const edge = workflow.edges.find((each) => each.from === step.node && each.port === step.port);
    if (step.status === 'done' && edge !== undefined) taken.add(`${edge.from}.${edge.port}`);
  }
  return { states, taken };
}
