import type { RunDetail } from '@fieldstone/metadata/types/wire.js';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Background, Controls, ReactFlow, ReactFlowProvider } from '@xyflow/react';
import { RotateCw } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link, useParams } from 'react-router';
import { readRun, retryRun } from '../../api/automation.js';
import { messageOf } from '../../api/client.js';
import { useDraft } from '../../api/draft-store.js';
import { findObject, ofKind } from '../../draft/draft.js';
import { nodeLabel } from '../../graph/node-types.js';
import { PageState } from '../../ui/PageState.js';
import { Empty } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { FLOW_LABELS } from '../canvas/flow-labels.js';
import { useColorMode } from '../canvas/use-dark.js';
import { flowLinesOf, flowNodesOf } from './flow-nodes.js';
import { pathOf } from './run-path.js';
import { isOpen, RUN_STATUS, timeText, tookText } from './run-words.js';
import { StepNode, TriggerNode } from './StepNode.js';
import '../canvas/canvas.css';

const NODE_TYPES = { step: StepNode, trigger: TriggerNode };
const WATCH_MS = 2_000;

/** What one run did: the path it took on the canvas, and every step with what went in, what came out and how long it took. */
export function RunPage() {
  const { name = '', run: id = '' } = useParams();
  const client = useQueryClient();
  const run = useQuery({
    queryKey: ['run', id],
    queryFn: () => readRun(id),
    refetchInterval: (query) => (query.state.data !== undefined && isOpen(query.state.data.status) ? WATCH_MS : false),
  });
  const retry = useMutation({
    mutationFn: () => retryRun(id),
    onSuccess: async () => {
      toast('The run goes on from the failed step.');
      await Promise.all([client.invalidateQueries({ queryKey: ['run', id] }), client.invalidateQueries({ queryKey: ['runs', name] })]);
    },
    onError: (error) => toast(messageOf(error), { tone: 'danger' }),
  });
  if (!run.isSuccess) return <PageState what="run" queries={[run]} />;
  const status = RUN_STATUS[run.data.status];
  const canRetry = ['failed', 'dead', 'blocked'].includes(run.data.status);
  return (
    <div className="canvas-page">
      <div className="canvas-bar">
        <Link to={`/workflows/${name}?side=runs`} className="small">
          {name}
        </Link>
        <h1>Run of {timeText(run.data.startedAt)}</h1>
        <span className={`badge ${status.tone}`}>{status.label}</span>
        <span className="muted small">
          {run.data.record === null ? 'Without a record' : (run.data.record.label ?? run.data.record.id)},{' '}
          {tookText(run.data.startedAt, run.data.endedAt)}
        </span>
        <span className="grow" />
        <span className="badge">Read only</span>
        {canRetry && (
          <button type="button" className="btn btn-primary" disabled={retry.isPending} onClick={() => retry.mutate()}>
            <RotateCw size={15} aria-hidden /> Retry
          </button>
        )}
      </div>
      <div className="canvas-body">
        <ReactFlowProvider>
          <RunCanvas name={name} run={run.data} />
        </ReactFlowProvider>
        <RunSteps name={name} run={run.data} />
      </div>
    </div>
  );
}

function RunCanvas({ name, run }: { name: string; run: RunDetail }) {
  const draft = useDraft();
  const colorMode = useColorMode();
  const published = [...draft.published.values()].find(({ document }) => document.kind === 'workflow' && document.name === name)?.document;
  const workflow = published?.kind === 'workflow' ? published : ofKind(draft, 'workflow').find((each) => each.name === name);
  const graph = useMemo(() => {
    if (workflow === undefined) return undefined;
    const { states, taken } = pathOf(workflow, run);
    return {
      nodes: flowNodesOf(workflow, findObject(draft, workflow.object)?.label ?? workflow.object, states),
      edges: flowLinesOf(workflow, taken),
    };
  }, [workflow, run, draft]);
  if (graph === undefined) return <Empty title="The workflow is gone">Its runs are kept.</Empty>;
  return (
    <div className="canvas">
      <ReactFlow
        nodes={graph.nodes}
        edges={graph.edges}
        nodeTypes={NODE_TYPES}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        colorMode={colorMode}
        ariaLabelConfig={FLOW_LABELS}
        fitView
        fitViewOptions={{ maxZoom: 1, padding: 0.2 }}
      >
        <Background />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}

function RunSteps({ name, run }: { name: string; run: RunDetail }) {
  const draft = useDraft();
  const [open, setOpen] = useState<number>();
  const workflow = ofKind(draft, 'workflow').find((each) => each.name === name);
  const labelOf = (id: string) => {
    const node = workflow?.nodes.find((each) => each.id === id);
    return node === undefined ? id : nodeLabel(node);
  };
  return (
    <aside className="side" aria-label="Steps of the run">
      <div className="side-head">
        <h2>Steps</h2>
      </div>
      <ol className="side-body">
        {run.error !== null && (
          <li className="note note-danger">
            {run.error.node !== undefined && `${labelOf(run.error.node)}: `}
            {run.error.message}
          </li>
        )}
        {run.steps.length === 0 && <li className="muted small">No step has begun.</li>}
        {run.steps.map((step) => (
          <li key={`${step.seq}.${step.attempt}`} className="value-row">
            <button
              type="button"
              className="btn btn-plain row-between"
              aria-expanded={open === step.seq}
              onClick={() => setOpen(open === step.seq ? undefined : step.seq)}
            >
              <span>
                {labelOf(step.node)} {step.attempt > 1 && <span className="muted small">attempt {step.attempt}</span>}
              </span>
              <span
                className={`badge ${step.status === 'done' ? 'badge-success' : step.status === 'failed' ? 'badge-danger' : 'badge-info'}`}
              >
                {step.status === 'done' ? 'Done' : step.status === 'failed' ? 'Failed' : 'Waiting'}
              </span>
            </button>
            <span className="muted small">
              {tookText(step.startedAt, step.endedAt)}
              {step.port !== null && `, left by "${step.port}"`}
            </span>
            {step.error !== null && <span className="error-text">{step.error.message}</span>}
            {open === step.seq && (
              <>
                <Json label="In" value={step.input} />
                <Json label="Out" value={step.output} />
              </>
            )}
          </li>
        ))}
      </ol>
    </aside>
  );
}

function Json({ label, value }: { label: string; value: unknown }) {
  return (
    <div>
      <span className="legend small">{label}</span>
      <pre className="cond-raw" tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </div>
  );
}
