import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { randomCode } from '../../draft/names.js';
import { NODE_TYPES, nodeLabel, nodeProblem, nodeTypeInfo, portsOf, type NodeType } from '../../graph/node-types.js';
import { findNode, inOrder, TRIGGER, unreachable, withNode } from '../../graph/workflow-graph.js';
import { InlineSelect } from '../../ui/Field.js';
import { exitFor } from './next-exit.js';
import type { ChangeWorkflow } from './change-workflow.js';

type Props = { workflow: WorkflowDocument; selected: string | undefined; onSelect: (id: string) => void; change: ChangeWorkflow };

/** The workflow as a list: everything the canvas can do, by keyboard and for screen readers. */
export function StepList({ workflow, selected, onSelect, change }: Props) {
  const [type, setType] = useState<NodeType>('record.update@1');
  const lost = unreachable(workflow);
  const add = () => {
    const id = `n${randomCode(6)}`;
    const after = exitFor(workflow, selected);
    change(`Add step ${nodeTypeInfo(type)?.label ?? ''}`, (now) => withNode(now, { type, id, ...(after === undefined ? {} : { after }) }));
    onSelect(id);
  };
  return (
    <div className="main grow">
      <div className="page page-narrow">
        <section className="card" aria-label="Steps">
          <div className="card-head">
            <h2>
              Steps <span className="badge">{workflow.nodes.length}</span>
            </h2>
            <div className="row" style={{ flexWrap: 'nowrap' }}>
              <InlineSelect
                label="Kind of step"
                value={type}
                onChange={(next) => setType(next as NodeType)}
                choices={NODE_TYPES.map((info) => ({ value: info.type, label: info.label }))}
              />
              <button type="button" className="btn btn-small" onClick={add}>
                <Plus size={14} aria-hidden /> Add after{' '}
                {selected === undefined || selected === TRIGGER ? 'the trigger' : 'the chosen step'}
              </button>
            </div>
          </div>
          <ol className="card-body step-list">
            <li>
              <button
                type="button"
                className={selected === TRIGGER ? 'btn btn-primary' : 'btn'}
                aria-pressed={selected === TRIGGER}
                onClick={() => onSelect(TRIGGER)}
              >
                Trigger
              </button>
              <span className="muted small">leads to {labelOf(workflow, workflow.start)}</span>
            </li>
            {inOrder(workflow).map((node) => (
              <li key={node.id}>
                <button
                  type="button"
                  className={selected === node.id ? 'btn btn-primary' : 'btn'}
                  aria-pressed={selected === node.id}
                  onClick={() => onSelect(node.id)}
                >
                  {nodeLabel(node)}
                </button>
                <span className="muted small grow">
                  {nodeTypeInfo(node.type)?.label ?? node.type}.{' '}
                  {portsOf(node)
                    .map(
                      (port) =>
                        `${port.label}: ${labelOf(workflow, workflow.edges.find((edge) => edge.from === node.id && edge.port === port.name)?.to)}`,
                    )
                    .join('. ')}
                </span>
                {(nodeProblem(node) ?? (lost.has(node.id) ? 'Nothing leads here.' : undefined)) !== undefined && (
                  <span className="badge badge-warning">{nodeProblem(node) ?? 'Nothing leads here.'}</span>
                )}
              </li>
            ))}
          </ol>
        </section>
      </div>
    </div>
  );
}

function labelOf(workflow: WorkflowDocument, id: string | undefined): string {
  const node = id === undefined ? undefined : findNode(workflow, id);
  return node === undefined ? 'the end' : nodeLabel(node);
}
