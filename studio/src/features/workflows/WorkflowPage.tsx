import { ReactFlowProvider } from '@xyflow/react';
import { Activity, ListOrdered, Settings2, Trash2, Wand2, Workflow as WorkflowIcon } from 'lucide-react';
import { lazy, Suspense, useCallback, useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { edit, undoEdit, useDraft } from '../../api/draft-store.js';
import { changeState, findDocument, findObject, ofKind, put } from '../../draft/draft.js';
import { arranged, findNode, TRIGGER } from '../../graph/workflow-graph.js';
import { ChangeBadge } from '../../ui/ChangeBadge.js';
import { Empty } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import type { ChangeWorkflow } from './change-workflow.js';
import { RunsPanel } from './RunsPanel.js';
import { SettingsPanel } from './SettingsPanel.js';
import { StepList } from './StepList.js';
import { WorkflowCanvas } from './WorkflowCanvas.js';
import '../canvas/canvas.css';

/** Forms with the condition editor come after the canvas, which is what people wait for. */
const StepPanel = lazy(async () => ({ default: (await import('./StepPanel.js')).StepPanel }));
const TriggerPanel = lazy(async () => ({ default: (await import('./TriggerPanel.js')).TriggerPanel }));

export function WorkflowPage() {
  const draft = useDraft();
  const navigate = useNavigate();
  const { name = '' } = useParams();
  const [params, setParams] = useSearchParams();
  const [selected, setSelected] = useState<string | undefined>(TRIGGER);
  const view = params.get('view') === 'list' ? 'list' : 'canvas';
  const side = params.get('side') ?? 'step';
  const workflow = ofKind(draft, 'workflow').find((each) => each.name === name);
  const id = workflow?.id;
  const change = useCallback<ChangeWorkflow>(
    (label, command, merge) => {
      if (id === undefined) return;
      edit(
        label,
        (current) => {
          const now = findDocument(current, id);
          return now?.kind === 'workflow' ? put(current, id, command(now)) : current;
        },
        merge,
      );
    },
    [id],
  );
  if (workflow === undefined) {
    return (
      <div className="page">
        <Empty title="There is no such workflow" action={<Link to="/workflows">Go to the workflows</Link>} />
      </div>
    );
  }
  const set = (key: string, value: string | undefined) => {
    const next = new URLSearchParams(params);
    if (value === undefined) next.delete(key);
    else next.set(key, value);
    setParams(next, { replace: true });
  };
  const select = (node: string | undefined) => {
    setSelected(node);
    if (node !== undefined && side !== 'step') set('side', undefined);
  };
  const retire = () => {
    edit(`Retire workflow ${workflow.label}`, (current) => put(current, workflow.id, null));
    void navigate('/workflows');
    toast(`${workflow.label} is retired in this draft.`, { action: { label: 'Undo', run: () => undoEdit() } });
  };
  const objectLabel = findObject(draft, workflow.object)?.label ?? workflow.object;
  const node = selected === undefined ? undefined : findNode(workflow, selected);
  return (
    <div className="canvas-page">
      <div className="canvas-bar">
        <Link to="/workflows" className="small">
          Workflows
        </Link>
        <h1>{workflow.label}</h1>
        {workflow.inactive === true && <span className="badge">Inactive</span>}
        <ChangeBadge state={changeState(draft, workflow.id)} />
        <span className="grow" />
        <button
          type="button"
          className="btn"
          aria-pressed={view === 'list'}
          onClick={() => set('view', view === 'list' ? undefined : 'list')}
        >
          {view === 'list' ? <WorkflowIcon size={15} aria-hidden /> : <ListOrdered size={15} aria-hidden />}{' '}
          {view === 'list' ? 'Canvas' : 'List'}
        </button>
        {view === 'canvas' && (
          <button type="button" className="btn" onClick={() => change('Arrange the steps', arranged)}>
            <Wand2 size={15} aria-hidden /> Arrange
          </button>
        )}
        <button
          type="button"
          className="btn"
          aria-pressed={side === 'runs'}
          onClick={() => set('side', side === 'runs' ? undefined : 'runs')}
        >
          <Activity size={15} aria-hidden /> Runs
        </button>
        <button
          type="button"
          className="btn"
          aria-pressed={side === 'settings'}
          onClick={() => set('side', side === 'settings' ? undefined : 'settings')}
        >
          <Settings2 size={15} aria-hidden /> Settings
        </button>
        <button type="button" className="btn btn-danger btn-icon" aria-label="Retire this workflow" title="Retire" onClick={retire}>
          <Trash2 size={15} aria-hidden />
        </button>
      </div>
      <div className="canvas-body">
        {view === 'list' ? (
          <StepList workflow={workflow} selected={selected} onSelect={select} change={change} />
        ) : (
          <ReactFlowProvider>
            <WorkflowCanvas workflow={workflow} objectLabel={objectLabel} selected={selected} onSelect={select} change={change} />
          </ReactFlowProvider>
        )}
        <aside className="side" aria-label="Details">
          <Suspense fallback={<p className="side-body muted">Loading</p>}>
            {side === 'runs' && <RunsPanel workflow={workflow} isPublished={draft.published.has(workflow.id)} />}
            {side === 'settings' && <SettingsPanel workflow={workflow} change={change} />}
            {side === 'step' && selected === TRIGGER && <TriggerPanel workflow={workflow} objectLabel={objectLabel} change={change} />}
            {side === 'step' && node !== undefined && (
              <StepPanel key={node.id} workflow={workflow} node={node} change={change} onRemoved={() => setSelected(TRIGGER)} />
            )}
            {side === 'step' && selected !== TRIGGER && node === undefined && (
              <p className="side-body muted">Choose the trigger or a step to see its settings.</p>
            )}
          </Suspense>
        </aside>
      </div>
    </div>
  );
}
