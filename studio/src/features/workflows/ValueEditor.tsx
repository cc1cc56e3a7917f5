import type { FieldDocument, WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { useId, useState, type ReactNode } from 'react';
import { fieldTypeInfo } from '../../draft/field-types.js';
import { useDraft } from '../../api/draft-store.js';
import { knownFields } from '../../draft/scope.js';
import { ofObject, type Draft } from '../../draft/draft.js';
import { nodeLabel } from '../../graph/node-types.js';
import { DurationInput } from '../../ui/DurationInput.js';
import { InlineSelect, type Choice } from '../../ui/Field.js';

export type Mode = 'literal' | 'var' | 'expr' | 'template';

const MODES: { value: Mode; label: string }[] = [
  { value: 'literal', label: 'Value' },
  { value: 'var', label: 'Field' },
  { value: 'template', label: 'Text with fields' },
  { value: 'expr', label: 'Computed' },
];

type Dynamic = { $var?: unknown; $expr?: unknown; $template?: unknown };

export function modeOf(value: unknown): Mode {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'literal';
  const dynamic = value as Dynamic;
  if (dynamic.$var !== undefined) return 'var';
  if (dynamic.$expr !== undefined) return 'expr';
  return dynamic.$template !== undefined ? 'template' : 'literal';
}

function startOf(mode: Mode, literal: unknown, { trigger }: WorkflowDocument): unknown {
  if (mode === 'var') return { $var: trigger.type === 'record' ? 'trigger.new.id' : 'record.id' };
  if (mode === 'expr') return { $expr: { now: [] } };
  if (mode === 'template') return { $template: '' };
  return literal;
}

/** Paths a step can read: the record as it was and is, the person, and what earlier steps gave. */
export function variableChoices(draft: Draft, workflow: WorkflowDocument, current: string): Choice[] {
  const fields = knownFields(draft, workflow.object);
  const choices: Choice[] = [];
  const { trigger } = workflow;
  const action =
    trigger.type === 'action' ? ofObject(draft, 'action', workflow.object).find(({ name }) => name === trigger.action) : undefined;
  for (const { name, label } of action?.inputs ?? [])
    choices.push({ value: `trigger.input.${name}`, label: label ?? name, group: 'What was filled in' });
  const before = trigger.type === 'record' ? fields : [];
  for (const field of before)
    choices.push({ value: `trigger.new.${field.name}`, label: field.label, group: 'The record, as it was saved' });
  for (const field of fields)
    choices.push({ value: `record.${field.name}`, label: `${field.label} now`, group: 'The record, as it is now' });
  for (const link of fields) {
    if (link.target === undefined || link.type !== 'reference' || link.fieldType === 'id') continue;
    for (const field of knownFields(draft, link.target))
      choices.push({
        value: `record.${link.name}.${field.name}`,
        label: `${link.label}: ${field.label}`,
        group: 'The record, as it is now',
      });
  }
  for (const field of before)
    choices.push({ value: `trigger.old.${field.name}`, label: `${field.label} before`, group: 'Before the change' });
  choices.push({ value: 'user.id', label: 'Person who made the change', group: 'Who' });
  for (const node of workflow.nodes)
    if (node.type === 'record.create@1')
      choices.push({ value: `steps.${node.id}.output.id`, label: `Record made by "${nodeLabel(node)}"`, group: 'Earlier steps' });
  return choices.some((choice) => choice.value === current) ? choices : [{ value: current, label: current }, ...choices];
}

type Props = {
  label: string;
  value: unknown;
  onChange: (value: unknown) => void;
  workflow: WorkflowDocument;
  /** The field that is set: decides how a fixed value is entered. */
  field?: FieldDocument | undefined;
  modes?: readonly Mode[];
  multiline?: boolean;
  action?: ReactNode;
  hint?: string;
};

/** A value of a step: fixed, of a field, a text with fields in it, or computed. */
export function ValueEditor({
  label,
  value,
  onChange,
  workflow,
  field,
  modes = ['literal', 'var', 'template', 'expr'],
  multiline = false,
  action,
  hint,
}: Props) {
  const draft = useDraft();
  const labelId = useId();
  const mode = modeOf(value);
  const dynamic = value as Dynamic;
  return (
    <div className="value-row" role="group" aria-labelledby={labelId}>
      <div className="row-between">
        <span className="legend" id={labelId}>
          {label}
        </span>
        {action}
      </div>
      <div className="value-inputs">
        <InlineSelect
          label={`How ${label} is given`}
          value={mode}
          onChange={(next) => onChange(startOf(next as Mode, '', workflow))}
          choices={MODES.filter((each) => modes.includes(each.value) || each.value === mode)}
        />
        {mode === 'literal' && <LiteralValue label={label} value={value} onChange={onChange} field={field} multiline={multiline} />}
        {mode === 'var' && (
          <InlineSelect
            label={`Field for ${label}`}
            value={String(dynamic.$var)}
            onChange={($var) => onChange({ $var })}
            choices={variableChoices(draft, workflow, String(dynamic.$var))}
          />
        )}
        {mode === 'template' && (
          <textarea
            className="input input-small"
            rows={multiline ? 6 : 2}
            aria-label={`Text of ${label}`}
            placeholder="Follow up: {{record.name}}"
            value={String(dynamic.$template)}
            onChange={(event) => onChange({ $template: event.target.value })}
          />
        )}
        {mode === 'expr' && <JsonInput label={`Expression for ${label}`} value={dynamic.$expr} onChange={($expr) => onChange({ $expr })} />}
      </div>
      {hint !== undefined && <span className="hint muted small">{hint}</span>}
    </div>
  );
}

/** A fixed value, entered as the field it is for has it. */
export function LiteralValue({
  label,
  value,
  onChange,
  field,
  multiline,
}: {
  label: string;
  value: unknown;
  onChange: (value: unknown) => void;
  field: FieldDocument | undefined;
  multiline: boolean;
}) {
  const name = `Value of ${label}`;
  const text = value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  switch (field && fieldTypeInfo(field.type).input) {
    case 'yes_no':
      return (
        <InlineSelect
          label={name}
          value={text === 'true' ? 'true' : 'false'}
          onChange={(next) => onChange(next === 'true')}
          choices={[
            { value: 'true', label: 'Yes' },
            { value: 'false', label: 'No' },
          ]}
        />
      );
    case 'choice':
      return (
        <InlineSelect
          label={name}
          value={text}
          onChange={onChange}
          choices={[
            { value: '', label: 'Choose' },
            ...(field?.options ?? []).map((option) => ({ value: option.value, label: option.label })),
          ]}
        />
      );
    case 'date':
      return (
        <input
          className="input input-small"
          type="date"
          aria-label={name}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'time':
      return (
        <input
          className="input input-small"
          type="time"
          aria-label={name}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'duration':
      return <DurationInput label={name} value={text} onChange={onChange} />;
    case 'whole':
      return (
        <input
          className="input input-small"
          inputMode="numeric"
          aria-label={name}
          value={text}
          onChange={(event) => onChange(/^-?\d+$/.test(event.target.value) ? Number(event.target.value) : event.target.value)}
        />
      );
    case 'money':
    case 'members':
    case 'choices':
    case 'json':
      return <JsonInput label={name} value={value === '' ? undefined : value} onChange={onChange} />;
    default:
      return multiline ? (
        <textarea
          className="input input-small"
          rows={6}
          aria-label={name}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <input className="input input-small" aria-label={name} value={text} onChange={(event) => onChange(event.target.value)} />
      );
  }
}

/** JSON as text. What can not be read yet stays in the box and is not applied. */
export function JsonInput({ label, value, onChange }: { label: string; value: unknown; onChange: (value: unknown) => void }) {
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value)));
  const [isBroken, setBroken] = useState(false);
  return (
    <span>
      <textarea
        className="input input-small mono"
        rows={2}
        aria-label={label}
        aria-invalid={isBroken}
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          try {
            onChange(JSON.parse(event.target.value) as unknown);
            setBroken(false);
          } catch {
            setBroken(true);
          }
        }}
      />
      {isBroken && <span className="error-text">This is not readable JSON yet.</span>}
    </span>
  );
}
