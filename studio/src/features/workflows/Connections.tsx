import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { nodeLabel, portsOf, type WorkflowNode } from '../../graph/node-types.js';
import { connected, connectionProblem, disconnected } from '../../graph/workflow-graph.js';
import { SelectField } from '../../ui/Field.js';
import type { ChangeWorkflow } from './change-workflow.js';

/** Where each exit of a step leads: the connections of the canvas as a form. Steps that can not be chosen say why. */
export function Connections({ workflow, node, change }: { workflow: WorkflowDocument; node: WorkflowNode; change: ChangeWorkflow }) {
  return (
    <fieldset className="stack-2">
      <legend className="legend">Leads to</legend>
      {portsOf(node).map((port) => {
        const edge = workflow.edges.find((each) => each.from === node.id && each.port === port.name);
        const edgeId = `${node.id}.${port.name}`;
        const without = disconnected(workflow, edgeId);
        const choices = workflow.nodes
          .filter((other) => other.id !== node.id)
          .map((other) => {
            const problem = connectionProblem(without, { from: node.id, port: port.name, to: other.id });
            return {
              value: other.id,
              label: problem === undefined ? nodeLabel(other) : `${nodeLabel(other)} (${problem})`,
              disabled: problem !== undefined,
            };
          });
        return (
          <SelectField
            key={port.name}
            label={port.label}
            value={edge?.to ?? ''}
            onChange={(to) =>
              change(to === '' ? 'Remove connection' : 'Connect steps', (now) => {
                const cut = disconnected(now, edgeId);
                return to === '' ? cut : connected(cut, { from: node.id, port: port.name, to });
              })
            }
            choices={[{ value: '', label: 'The end' }, ...choices]}
          />
        );
      })}
    </fieldset>
  );
}
