import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { Trash2 } from 'lucide-react';
import { nodeLabel, nodeTypeInfo, type WorkflowNode } from '../../graph/node-types.js';
import { withNodeSet, withoutNodes } from '../../graph/workflow-graph.js';
import { withProperties } from '../../draft/without-undefined.js';
import { CommitField } from '../../ui/CommitField.js';
import { SelectField } from '../../ui/Field.js';
import { BranchInput } from './BranchInput.js';
import { Connections } from './Connections.js';
import { EmailInput } from './EmailInput.js';
import { RecordInput } from './RecordInput.js';
import { WebhookInput } from './WebhookInput.js';
import { JsonInput } from './ValueEditor.js';
import type { ChangeWorkflow, InputProps } from './change-workflow.js';

type Props = { workflow: WorkflowDocument; node: WorkflowNode; change: ChangeWorkflow; onRemoved: () => void };

/** Settings of one step. */
export function StepPanel({ workflow, node, change, onRemoved }: Props) {
  const info = nodeTypeInfo(node.type);
  const set = (patch: { [K in keyof WorkflowNode]?: WorkflowNode[K] | undefined }) =>
    change(
      `Edit step ${nodeLabel(node)}`,
      (now) => withNodeSet(now, withProperties(node, patch)),
      `step ${workflow.id} ${node.id} ${Object.keys(patch).join()}`,
    );
  const inputProps: InputProps = { workflow, input: node.input as Record<string, unknown>, setInput: (input) => set({ input }) };
  const remove = () => {
    change(`Remove step ${nodeLabel(node)}`, (now) => withoutNodes(now, new Set([node.id])));
    onRemoved();
  };
  return (
    <>
      <div className="side-head">
        <div>
          <h2>{nodeLabel(node)}</h2>
          <code className="muted">{node.type}</code>
        </div>
        <button type="button" className="btn btn-plain btn-icon" aria-label="Remove this step" title="Remove (Delete)" onClick={remove}>
          <Trash2 size={16} aria-hidden />
        </button>
      </div>
      <div className="side-body">
        {info !== undefined && <p className="muted small">{info.description}</p>}
        <CommitField
          label="Label"
          value={node.label ?? ''}
          maxLength={120}
          onCommit={(label) => set({ label: label.trim() === '' ? undefined : label.trim() })}
        />
        {node.type === 'branch@1' && <BranchInput {...inputProps} />}
        {(node.type === 'record.update@1' || node.type === 'record.create@1') && (
          <RecordInput {...inputProps} isNew={node.type === 'record.create@1'} />
        )}
        {node.type === 'email.send@1' && <EmailInput {...inputProps} />}
        {node.type === 'webhook.call@1' && <WebhookInput {...inputProps} />}
        {info === undefined && (
          <JsonInput label="Input" value={node.input} onChange={(input) => set({ input: input as WorkflowNode['input'] })} />
        )}
        {info?.canFail === true && (
          <SelectField
            label="When it fails for good"
            value={node.onError ?? 'fail'}
            onChange={(value) => set({ onError: value === 'fail' ? undefined : (value as 'continue' | 'edge') })}
            choices={[
              { value: 'fail', label: 'The run fails' },
              { value: 'continue', label: 'Go on all the same' },
              { value: 'edge', label: 'Follow its own exit' },
            ]}
          />
        )}
        {info?.canFail === true && <RetryFields node={node} set={set} />}
        <Connections workflow={workflow} node={node} change={change} />
      </div>
    </>
  );
}

const DURATION = /^P(?!$)(\d+[YMWD])*(T(\d+[HMS])+)?$/;

function RetryFields({
  node,
  set,
}: {
  node: WorkflowNode;
  set: (patch: { retry?: WorkflowNode['retry'] | undefined; timeout?: string | undefined }) => void;
}) {
  const retry = node.retry ?? {};
  const patch = (change: { [K in keyof typeof retry]?: (typeof retry)[K] | undefined }) => {
    const next = withProperties(retry, change);
    set({ retry: Object.keys(next).length === 0 ? undefined : next });
  };
  const duration = (value: string) => (value === '' || DURATION.test(value) ? undefined : 'Write a duration such as PT30S, PT5M or PT1H.');
  return (
    <details>
      <summary className="small">Retries and time limit</summary>
      <div className="cols-2" style={{ marginTop: 8 }}>
        <CommitField
          label="Attempts in all"
          value={String(retry.max ?? '')}
          check={(value) => (value === '' || /^([1-9]|[1-4]\d|50)$/.test(value) ? undefined : 'From 1 to 50.')}
          onCommit={(value) => patch({ max: value === '' ? undefined : Number(value) })}
        />
        <CommitField
          label="First delay"
          mono
          value={retry.base ?? ''}
          placeholder="PT10S"
          check={duration}
          onCommit={(value) => patch({ base: value === '' ? undefined : value })}
        />
        <CommitField
          label="Longest delay"
          mono
          value={retry.cap ?? ''}
          placeholder="PT1H"
          check={duration}
          onCommit={(value) => patch({ cap: value === '' ? undefined : value })}
        />
        <CommitField
          label="Time limit"
          mono
          value={node.timeout ?? ''}
          placeholder="PT30S"
          check={duration}
          onCommit={(value) => set({ timeout: value === '' ? undefined : value })}
        />
      </div>
    </details>
  );
}
