import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import { AlertTriangle, FilePen, FilePlus2, GitBranch, Mail, Puzzle, Webhook, Zap, type LucideIcon } from 'lucide-react';
import { memo } from 'react';
import { NODE_WIDTH, START_PORT } from '../../graph/workflow-graph.js';
import { nodeLabel, nodeTypeInfo, portsOf, type Port, type WorkflowNode } from '../../graph/node-types.js';

export const NODE_ICONS: Readonly<Record<string, LucideIcon>> = {
  'branch@1': GitBranch,
  'record.update@1': FilePen,
  'record.create@1': FilePlus2,
  'email.send@1': Mail,
  'webhook.call@1': Webhook,
};

/** How a step went in a run that is shown; nothing while editing. */
export type RunState = 'done' | 'failed' | 'pending' | 'skipped';

export type StepFlowNode = Node<{ node: WorkflowNode; summary: string; problem: string | undefined; run: RunState | undefined }, 'step'>;
export type TriggerFlowNode = Node<{ text: string; object: string }, 'trigger'>;
export type WorkflowFlowNode = StepFlowNode | TriggerFlowNode;

const RUN_WORDS: Record<RunState, string> = { done: 'Done', failed: 'Failed', pending: 'Waiting', skipped: 'Not reached' };

export const StepNode = memo(function StepNode({ data }: NodeProps<StepFlowNode>) {
  const { node, summary, problem, run } = data;
  const Icon = NODE_ICONS[node.type] ?? Puzzle;
  return (
    <div className={`wf-node${run === undefined ? '' : ` run-${run}`}`} style={{ width: NODE_WIDTH }}>
      <Handle type="target" position={Position.Top} />
      <div className="wf-kind">
        <Icon size={14} aria-hidden /> {nodeTypeInfo(node.type)?.label ?? node.type}
        {run !== undefined && (
          <b className="grow" style={{ textAlign: 'right' }}>
            {RUN_WORDS[run]}
          </b>
        )}
      </div>
      <div className="wf-title">{nodeLabel(node)}</div>
      {summary !== '' && <div className="wf-sum">{summary}</div>}
      {problem !== undefined && run === undefined && (
        <div className="wf-problem">
          <AlertTriangle size={12} aria-hidden /> {problem}
        </div>
      )}
      <Ports ports={portsOf(node)} />
    </div>
  );
});

export const TriggerNode = memo(function TriggerNode({ data }: NodeProps<TriggerFlowNode>) {
  return (
    <div className="wf-node trigger" style={{ width: NODE_WIDTH }}>
      <div className="wf-kind">
        <Zap size={14} aria-hidden /> Trigger
      </div>
      <div className="wf-title">{data.object}</div>
      <div className="wf-sum" style={{ whiteSpace: 'normal' }}>
        {data.text}
      </div>
      <Ports ports={[{ name: START_PORT, label: '' }]} />
    </div>
  );
});

function Ports({ ports }: { ports: readonly Port[] }) {
  return ports.map((port, index) => {
    const left = `${((index + 1) / (ports.length + 1)) * 100}%`;
    return (
      <Handle key={port.name} id={port.name} type="source" position={Position.Bottom} style={{ left }}>
        {ports.length > 1 && (
          <span className="wf-port-label" style={{ left: '50%' }}>
            {port.label}
          </span>
        )}
      </Handle>
    );
  });
}
