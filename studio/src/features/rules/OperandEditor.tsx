import type { ValueType } from '@fieldstone/metadata/language/expression.js';
import { knownType } from '../../draft/field-types.js';
import { useDraft } from '../../api/draft-store.js';
import type { Operand } from '../../draft/condition-model.js';
import { firstOperand } from '../../draft/condition-operators.js';
import { ofKind } from '../../draft/draft.js';
import { fieldAt, type Allowed, type KnownField } from '../../draft/scope.js';
import { DurationInput } from '../../ui/DurationInput.js';
import { InlineSelect, type Choice } from '../../ui/Field.js';
import { fieldChoices } from './field-choices.js';

type Props = {
  object: string;
  allow: readonly Allowed[];
  field: KnownField | undefined;
  type: ValueType;
  operand: Operand;
  onChange: (operand: Operand) => void;
};

const UNITS = ['day', 'week', 'month', 'year'].map((unit) => ({ value: unit, label: `${unit}s` }));

/** The right side of a test: a value of the field's type, a date counted from now, or another field of the same type. */
export function OperandEditor(props: Props) {
  const { type, operand, onChange, field } = props;
  const isDate = type === 'date' || type === 'datetime';
  const kinds = [
    { value: 'literal', label: type === 'reference' ? 'Record id' : 'Value' },
    ...(isDate ? [{ value: 'moment', label: type === 'date' ? 'Today' : 'Now' }] : []),
    { value: 'field', label: 'Field' },
  ];
  const setKind = (kind: string) => {
    if (kind === 'field') onChange({ kind: 'field', path: type === 'reference' ? '$user.id' : '' });
    else if (kind === 'moment') onChange({ kind: 'moment', from: type === 'date' ? 'today' : 'now', amount: 0, unit: 'day' });
    else {
      const first = firstOperand(type, field?.options);
      onChange(first.kind === 'literal' ? first : { kind: 'literal', value: '' });
    }
  };
  return (
    <>
      {type !== 'boolean' && <InlineSelect label="Compared with" value={operand.kind} onChange={setKind} choices={kinds} />}
      {operand.kind === 'literal' && <LiteralInput {...props} value={operand.value} />}
      {operand.kind === 'field' && <FieldOperand {...props} path={operand.path} />}
      {operand.kind === 'moment' && (
        <span className="row" style={{ flexWrap: 'nowrap', gap: 4 }}>
          <span className="muted small">plus</span>
          <input
            className="input input-small"
            style={{ width: 68 }}
            type="number"
            step={1}
            aria-label="Amount"
            value={operand.amount}
            onChange={(event) => onChange({ ...operand, amount: Number.parseInt(event.target.value, 10) || 0 })}
          />
          <InlineSelect label="Unit" value={operand.unit} onChange={(unit) => onChange({ ...operand, unit })} choices={UNITS} />
        </span>
      )}
    </>
  );
}

function FieldOperand({ object, allow, type, path, onChange }: Props & { path: string }) {
  const draft = useDraft();
  const choices = fieldChoices(draft, object, allow, path).filter(
    (choice) => choice.value === path || choice.value === '$user.id' || fieldAt(draft, object, choice.value)?.type === type,
  );
  return <InlineSelect label="Other field" value={path} onChange={(next) => onChange({ kind: 'field', path: next })} choices={choices} />;
}

function LiteralInput({ type, field, value, onChange }: Props & { value: string | number | boolean | null }) {
  const set = (next: string | number | boolean) => onChange({ kind: 'literal', value: next });
  const text = value === null ? '' : String(value);
  const options = field?.document?.options;
  if (type === 'boolean') {
    return (
      <InlineSelect
        label="Value"
        value={text}
        onChange={(next) => set(next === 'true')}
        choices={[
          { value: 'true', label: 'Yes' },
          { value: 'false', label: 'No' },
        ]}
      />
    );
  }
  if ((type === 'option' || type === 'options') && options !== undefined) {
    return (
      <InlineSelect
        label="Value"
        value={text}
        onChange={set}
        choices={options.map((option) => ({ value: option.value, label: option.label }))}
      />
    );
  }
  if (type === 'decimal' && field && knownType(field.fieldType)?.input === 'duration')
    return <DurationInput label="Value" value={text} onChange={set} />;
  if (type === 'decimal') {
    return (
      <input
        className="input input-small"
        style={{ width: 120 }}
        inputMode="decimal"
        aria-label="Value"
        value={text}
        onChange={(event) => set(numberLiteral(event.target.value))}
      />
    );
  }
  if (type === 'date')
    return (
      <input className="input input-small" type="date" aria-label="Value" value={text} onChange={(event) => set(event.target.value)} />
    );
  if (type === 'time')
    return (
      <input className="input input-small" type="time" aria-label="Value" value={text} onChange={(event) => set(event.target.value)} />
    );
  if (type === 'datetime') {
    const local = text === '' ? '' : text.replace(/(:\d{2})(\.\d+)?Z$/, '').slice(0, 16);
    return (
      <input
        className="input input-small"
        type="datetime-local"
        aria-label="Value (UTC)"
        title="In UTC"
        value={local}
        onChange={(event) => set(event.target.value === '' ? '' : `${event.target.value}:00Z`)}
      />
    );
  }
  return (
    <input
      className="input input-small"
      aria-label="Value"
      value={text}
      placeholder={type === 'reference' || type === 'references' ? 'Record id' : ''}
      onChange={(event) => set(event.target.value)}
    />
  );
}

/** A JSON number where it says exactly what was typed, else the digits as text, which the language reads as exactly. */
export const numberLiteral = (typed: string): number | string => (String(Number(typed)) === typed ? Number(typed) : typed);

function TickList({
  label,
  choices,
  values,
  onChange,
}: {
  label: string;
  choices: readonly Choice[];
  values: readonly string[];
  onChange: (values: readonly string[]) => void;
}) {
  return (
    <span className="cond-options" role="group" aria-label={label}>
      {choices.map((choice) => (
        <label key={choice.value}>
          <input
            type="checkbox"
            checked={values.includes(choice.value)}
            onChange={(event) =>
              onChange(event.target.checked ? [...values, choice.value] : values.filter((each) => each !== choice.value))
            }
          />{' '}
          {choice.label}
        </label>
      ))}
    </span>
  );
}

/** The objects of "is a". One that the link no longer points to stays to be seen, and can be taken away. */
export function ObjectListEditor({
  targets,
  operands,
  onChange,
}: {
  targets: readonly string[];
  operands: readonly Operand[];
  onChange: (operands: Operand[]) => void;
}) {
  const draft = useDraft();
  const values = operands.flatMap((operand) => (operand.kind === 'literal' ? [String(operand.value)] : []));
  const labels = new Map(ofKind(draft, 'object').map(({ name, label }) => [name, label]));
  const choices = [...new Set([...targets, ...values])].map((value) => ({ value, label: labels.get(value) ?? value }));
  // In the order they are shown, so that ticking and unticking leads back to the same condition.
  const set = (next: readonly string[]) =>
    onChange(choices.filter(({ value }) => next.includes(value)).map(({ value }): Operand => ({ kind: 'literal', value })));
  return <TickList label="Objects" choices={choices} values={values} onChange={set} />;
}

/** The list of "is one of": tick boxes for choices, one per line otherwise. */
export function OptionListEditor({
  field,
  operands,
  onChange,
}: {
  field: KnownField | undefined;
  operands: readonly Operand[];
  onChange: (operands: Operand[]) => void;
}) {
  const values = operands.flatMap((operand) => (operand.kind === 'literal' && operand.value !== null ? [String(operand.value)] : []));
  const others = operands.filter((operand) => operand.kind !== 'literal');
  const set = (next: readonly string[]) => onChange([...next.map((value): Operand => ({ kind: 'literal', value })), ...others]);
  const options = field?.document?.options;
  if (options !== undefined) {
    return <TickList label="Values" choices={options} values={values} onChange={set} />;
  }
  return (
    <input
      className="input input-small"
      aria-label="Values, separated by commas"
      placeholder="Values, separated by commas"
      defaultValue={values.join(', ')}
      onBlur={(event) =>
        set(
          event.target.value
            .split(',')
            .map((value) => value.trim())
            .filter((value) => value !== ''),
        )
      }
    />
  );
}
