import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { useDraft } from '../../api/draft-store.js';
import { ofObject } from '../../draft/draft.js';
import { withProperties } from '../../draft/without-undefined.js';
import { nodeLabel } from '../../graph/node-types.js';
import { connected, disconnected, findNode, START_PORT, TRIGGER } from '../../graph/workflow-graph.js';
import { CommitField } from '../../ui/CommitField.js';
import { CheckField, SelectField } from '../../ui/Field.js';
import { ConditionEditor } from '../rules/ConditionEditor.js';
import type { ChangeWorkflow } from './change-workflow.js';

type Trigger = WorkflowDocument['trigger'];
type RecordTrigger = Extract<Trigger, { type: 'record' }>;
type ScheduleTrigger = Extract<Trigger, { type: 'schedule' }>;
type Props = { workflow: WorkflowDocument; objectLabel: string; change: ChangeWorkflow };

const KINDS: { kind: RecordTrigger['on'][number]; label: string }[] = [
  { kind: 'create', label: 'created' },
  { kind: 'update', label: 'changed' },
  { kind: 'delete', label: 'deleted' },
  { kind: 'restore', label: 'restored' },
];

export function TriggerPanel({ workflow, objectLabel, change }: Props) {
  const { trigger } = workflow;
  const actions = ofObject(useDraft(), 'action', workflow.object);
  const setTrigger = (next: Trigger, part: string) =>
    change('Edit trigger', (now) => ({ ...now, trigger: next }), `trigger ${workflow.id} ${part}`);
  const setType = (type: string) =>
    setTrigger(
      type === 'schedule'
        ? { type: 'schedule', cron: '0 8 * * 1-5', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC' }
        : type === 'action'
          ? { type: 'action', action: actions[0]?.name ?? '' }
          : { type: 'record', on: ['create'] },
      'type',
    );
  const setStart = (to: string) =>
    change('First step', (now) =>
      to === '' ? disconnected(now, `${TRIGGER}.${START_PORT}`) : connected(now, { from: TRIGGER, port: START_PORT, to }),
    );
  return (
    <>
      <div className="side-head">
        <h2>Trigger</h2>
      </div>
      <div className="side-body">
        <SelectField
          label="Starts"
          value={trigger.type}
          onChange={setType}
          choices={[
            { value: 'record', label: `When a record of ${objectLabel} changes` },
            { value: 'schedule', label: 'At set times' },
            ...(actions.length > 0 || trigger.type === 'action' ? [{ value: 'action', label: 'When somebody runs an action' }] : []),
          ]}
        />
        {trigger.type === 'record' ? (
          <RecordForm workflow={workflow} trigger={trigger} set={setTrigger} objectLabel={objectLabel} />
        ) : trigger.type === 'action' ? (
          <SelectField
            label="Action"
            hint="Steps read what was filled in as trigger.input and the name of the value."
            value={trigger.action}
            onChange={(action) => setTrigger({ type: 'action', action }, 'action')}
            choices={actions.map(({ name, label }) => ({ value: name, label }))}
          />
        ) : (
          <ScheduleForm workflow={workflow} trigger={trigger} set={setTrigger} objectLabel={objectLabel} />
        )}
        <SelectField
          label="First step"
          value={findNode(workflow, workflow.start) === undefined ? '' : workflow.start}
          onChange={setStart}
          choices={[{ value: '', label: 'None yet' }, ...workflow.nodes.map((node) => ({ value: node.id, label: nodeLabel(node) }))]}
        />
      </div>
    </>
  );
}

type FormProps<T> = { workflow: WorkflowDocument; trigger: T; objectLabel: string; set: (trigger: Trigger, part: string) => void };

function RecordForm({ workflow, trigger, set, objectLabel }: FormProps<RecordTrigger>) {
  const draft = useDraft();
  const patch = (change: { [K in keyof RecordTrigger]?: RecordTrigger[K] | undefined }) =>
    set(withProperties(trigger, change), Object.keys(change).join());
  const toggle = (kind: RecordTrigger['on'][number], isOn: boolean) => {
    const on = KINDS.map((each) => each.kind).filter((each) => (each === kind ? isOn : trigger.on.includes(each)));
    if (on.length > 0) patch({ on });
  };
  const fields = trigger.fields ?? [];
  const toggleField = (name: string, isOn: boolean) => {
    const next = isOn ? [...fields, name] : fields.filter((each) => each !== name);
    patch({ fields: next.length === 0 ? undefined : next });
  };
  return (
    <>
      <fieldset>
        <legend className="legend">When a record is</legend>
        {KINDS.map(({ kind, label }) => (
          <CheckField key={kind} label={label} checked={trigger.on.includes(kind)} onChange={(isOn) => toggle(kind, isOn)} />
        ))}
      </fieldset>
      {trigger.on.includes('update') && (
        <details open={fields.length > 0}>
          <summary className="legend">
            Only when one of these fields changed {fields.length > 0 && <span className="badge">{fields.length}</span>}
          </summary>
          {ofObject(draft, 'field', workflow.object).map((field) => (
            <CheckField
              key={field.id}
              label={field.label}
              checked={fields.includes(field.name)}
              onChange={(isOn) => toggleField(field.name, isOn)}
            />
          ))}
        </details>
      )}
      <ConditionEditor
        label="And if"
        object={workflow.object}
        allow={['previous', 'user', 'changed']}
        value={trigger.when}
        onChange={(when) => patch({ when })}
        emptyText={`Every such ${objectLabel} starts a run.`}
      />
      {trigger.when !== undefined && trigger.on.includes('update') && (
        <SelectField
          label="On a change"
          value={trigger.entry ?? 'every_match'}
          onChange={(entry) => patch({ entry: entry === 'becomes_true' ? 'becomes_true' : undefined })}
          choices={[
            { value: 'every_match', label: 'Each time the condition holds' },
            { value: 'becomes_true', label: 'Only when it becomes true' },
          ]}
        />
      )}
    </>
  );
}

const CRON = /^\s*\S+(\s+\S+){4}\s*$/;
const zoneProblem = (zone: string): string | undefined => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return undefined;
  } catch {
    return 'This is no time zone. Write one such as Europe/Berlin.';
  }
};

const PRESETS = [
  { value: '0 8 * * *', label: 'Every day at 8:00' },
  { value: '0 8 * * 1-5', label: 'On working days at 8:00' },
  { value: '0 8 * * 1', label: 'Every Monday at 8:00' },
  { value: '0 8 1 * *', label: 'On the first of the month at 8:00' },
  { value: '0 * * * *', label: 'Every hour' },
];

function ScheduleForm({ workflow, trigger, set, objectLabel }: FormProps<ScheduleTrigger>) {
  const patch = (change: { [K in keyof ScheduleTrigger]?: ScheduleTrigger[K] | undefined }) =>
    set(withProperties(trigger, change), Object.keys(change).join());
  return (
    <>
      <SelectField
        label="Times"
        value={PRESETS.some((preset) => preset.value === trigger.cron) ? trigger.cron : ''}
        onChange={(cron) => {
          if (cron !== '') patch({ cron });
        }}
        choices={[...PRESETS, { value: '', label: 'Other (below)' }]}
      />
      <CommitField
        label="Cron expression"
        mono
        value={trigger.cron}
        hint="Minute, hour, day of month, month, day of week."
        check={(cron) => (CRON.test(cron) ? undefined : 'Write five parts, such as 0 8 * * 1-5.')}
        onCommit={(cron) => patch({ cron: cron.trim() })}
      />
      <CommitField label="Time zone" value={trigger.timeZone} check={zoneProblem} onCommit={(timeZone) => patch({ timeZone })} />
      <SelectField
        label="Times missed while nothing ran"
        value={trigger.misfire ?? 'fire_once'}
        onChange={(misfire) => patch({ misfire: misfire as 'fire_once' | 'fire_all' | 'skip' })}
        choices={[
          { value: 'fire_once', label: 'Run once for all of them' },
          { value: 'fire_all', label: 'Run for each' },
          { value: 'skip', label: 'Leave them out' },
        ]}
      />
      <ConditionEditor
        label={`For each ${objectLabel} where`}
        object={workflow.object}
        value={trigger.when}
        onChange={(when) => patch({ when })}
        emptyText="One run without a record. Add a test to start one run for each record that meets it, at most 1,000."
      />
    </>
  );
}
