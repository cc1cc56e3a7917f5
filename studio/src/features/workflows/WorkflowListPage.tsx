import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { useQuery } from '@tanstack/react-query';
import { Plus, Workflow } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { readWorkflows, type WorkflowSummary } from '../../api/automation.js';
import { edit, useDraft } from '../../api/draft-store.js';
import { findObject, ofKind, put } from '../../draft/draft.js';
import { nameProblem, newId, suggestName } from '../../draft/names.js';
import { DRAFT_COLUMNS, DraftCells } from '../../ui/ChangeBadge.js';
import { Dialog } from '../../ui/Dialog.js';
import { DialogButtons } from '../../ui/DialogButtons.js';
import { SelectField, TextField } from '../../ui/Field.js';
import { ListCard } from '../../ui/ListCard.js';
import { PageHead } from '../../ui/PageHead.js';
import { Empty } from '../../ui/states.js';
import { triggerText } from './trigger-text.js';

export function WorkflowListPage() {
  const draft = useDraft();
  const [isAdding, setAdding] = useState(false);
  const workflows = ofKind(draft, 'workflow').sort((a, b) => a.label.localeCompare(b.label));
  const counts = useQuery({ queryKey: ['workflows'], queryFn: readWorkflows });
  const runsOf = (workflow: WorkflowDocument) => counts.data?.data.find((each) => each.name === workflow.name)?.runs;
  const button = (
    <button type="button" className="btn btn-primary" onClick={() => setAdding(true)}>
      <Plus size={16} aria-hidden /> New workflow
    </button>
  );
  return (
    <div className="page">
      <PageHead title="Workflows" action={button}>
        What happens by itself when records change, or at set times. Every run is kept with each of its steps.
      </PageHead>
      <ListCard
        label="Workflows"
        columns={['Workflow', 'Starts', 'Runs, last 30 days', ...DRAFT_COLUMNS]}
        rows={workflows}
        empty={
          <Empty icon={<Workflow size={28} aria-hidden />} title="No workflows yet" action={button}>
            A workflow starts when a record changes or at a set time, and then updates records, sends mails or calls other systems.
          </Empty>
        }
        row={(workflow) => (
          <tr key={workflow.id}>
            <td>
              <Link className="cell-title" to={`/workflows/${workflow.name}`}>
                {workflow.label}
              </Link>{' '}
              {workflow.inactive === true && <span className="badge">Inactive</span>}
            </td>
            <td className="small">{triggerText(workflow, findObject(draft, workflow.object)?.label ?? workflow.object)}</td>
            <td>
              <RunCounts runs={runsOf(workflow)} isNew={!draft.published.has(workflow.id)} />
            </td>
            <DraftCells draft={draft} id={workflow.id} />
          </tr>
        )}
      />
      {isAdding && <NewWorkflowDialog onClose={() => setAdding(false)} />}
    </div>
  );
}

function RunCounts({ runs, isNew }: { runs: WorkflowSummary['runs'] | undefined; isNew: boolean }) {
  if (isNew) return <span className="muted small">Not published</span>;
  if (runs === undefined) return <span className="muted small">Not known</span>;
  const sum = (...statuses: (keyof typeof runs)[]) => statuses.reduce((total, status) => total + (runs[status] ?? 0), 0);
  const done = sum('done');
  const failed = sum('failed', 'dead', 'blocked');
  const open = sum('ready', 'leased', 'waiting');
  if (done + failed + open === 0) return <span className="muted small">None yet</span>;
  return (
    <span className="row" style={{ gap: 4 }}>
      {done > 0 && <span className="badge badge-success">{done} done</span>}
      {failed > 0 && <span className="badge badge-danger">{failed} failed</span>}
      {open > 0 && <span className="badge badge-info">{open} open</span>}
    </span>
  );
}

function NewWorkflowDialog({ onClose }: { onClose: () => void }) {
  const draft = useDraft();
  const navigate = useNavigate();
  const objects = ofKind(draft, 'object').sort((a, b) => a.label.localeCompare(b.label));
  const [label, setLabel] = useState('');
  const [name, setName] = useState<string>();
  const [object, setObject] = useState(objects[0]?.name ?? '');
  const [start, setStart] = useState('record');
  const [wasSent, setSent] = useState(false);
  const shownName = name ?? suggestName(label);
  const nameError = nameProblem(shownName, new Set(ofKind(draft, 'workflow').map((workflow) => workflow.name)));
  const submit = () => {
    setSent(true);
    if (label.trim() === '' || nameError !== undefined || object === '') return;
    const workflow: WorkflowDocument = {
      kind: 'workflow',
      id: newId('workflow'),
      name: shownName,
      label: label.trim(),
      object,
      trigger:
        start === 'schedule'
          ? { type: 'schedule', cron: '0 8 * * 1-5', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC' }
          : { type: 'record', on: ['create'] },
      nodes: [],
      start: 'none',
      edges: [],
    };
    edit(`Add workflow ${workflow.label}`, (current) => put(current, workflow.id, workflow));
    onClose();
    void navigate(`/workflows/${workflow.name}`);
  };
  return (
    <Dialog title="New workflow" onClose={onClose} onSubmit={submit} footer={<DialogButtons onClose={onClose}>Add workflow</DialogButtons>}>
      <div className="stack">
        <TextField
          label="Label"
          value={label}
          onChange={setLabel}
          required
          autoFocus
          maxLength={120}
          error={wasSent && label.trim() === '' ? 'Give the workflow a name for people.' : undefined}
        />
        <TextField
          label="API name"
          mono
          value={shownName}
          onChange={setName}
          required
          error={wasSent || name !== undefined ? nameError : undefined}
        />
        <SelectField
          label="About records of"
          value={object}
          onChange={setObject}
          choices={objects.map((each) => ({ value: each.name, label: each.label }))}
        />
        <SelectField
          label="Starts"
          value={start}
          onChange={setStart}
          choices={[
            { value: 'record', label: 'When a record changes' },
            { value: 'schedule', label: 'At set times' },
          ]}
        />
      </div>
    </Dialog>
  );
}
