import { Trash2 } from 'lucide-react';
import { useDraft } from '../../api/draft-store.js';
import type { Operand, Test, TestOperator } from '../../draft/condition-model.js';
import { asksKind, firstOperands, newTest, operatorsFor, takesList } from '../../draft/condition-operators.js';
import { fieldAt, type Allowed } from '../../draft/scope.js';
import { InlineSelect } from '../../ui/Field.js';
import { fieldChoices } from './field-choices.js';
import { ObjectListEditor, OperandEditor, OptionListEditor } from './OperandEditor.js';

const OPERATOR_LABELS: Record<TestOperator, string> = {
  '==': 'is',
  '!=': 'is not',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is more than',
  '>=': 'is at least',
  between: 'is between',
  is_a: 'is a',
  is_not_a: 'is not a',
  in: 'is one of',
  not_in: 'is none of',
  contains: 'contains',
  starts_with: 'starts with',
  ends_with: 'ends with',
  is_empty: 'is empty',
  is_not_empty: 'is not empty',
  changed: 'changed',
};

type Props = { object: string; allow: readonly Allowed[]; test: Test; onChange: (test: Test) => void; onRemove: () => void };

export function TestEditor({ object, allow, test, onChange, onRemove }: Props) {
  const draft = useDraft();
  const field = fieldAt(draft, object, test.path);
  const type = field?.type ?? 'text';
  // What is looked for in formatted text or an address is a text.
  const sought = type === 'structure' ? 'text' : type;
  const operators = operatorsFor(field, allow.includes('changed') && !/[.:]/.test(test.path));
  const shownOperators = operators.includes(test.op) ? operators : [test.op, ...operators];

  const setPath = (path: string) => {
    const next = fieldAt(draft, object, path);
    onChange(
      next !== undefined &&
        field !== undefined &&
        next.type === field.type &&
        next.options === field.options &&
        next.targets === field.targets &&
        operatorsFor(next, true).includes(test.op) &&
        !test.path.includes(':')
        ? { ...test, path }
        : newTest(path, next),
    );
  };
  const setOperator = (op: TestOperator) => {
    const first = firstOperands(op, field);
    // A value is kept where it can still be one; the name of an object is no id of a record.
    const kept = asksKind(op) === asksKind(test.op) ? test.operands : [];
    const operands = takesList(op)
      ? kept.length > 0 && (asksKind(op) || takesList(test.op))
        ? kept
        : [...kept, ...first].slice(0, 1)
      : first.map((operand, index) => kept[index] ?? operand);
    onChange({ ...test, op, operands });
  };
  const setOperand = (index: number, operand: Operand) =>
    onChange({ ...test, operands: test.operands.map((each, at) => (at === index ? operand : each)) });

  return (
    <div className="cond-test">
      <InlineSelect label="Field" value={test.path} onChange={setPath} choices={fieldChoices(draft, object, allow, test.path)} />
      <InlineSelect
        label="Test"
        value={test.op}
        onChange={(op) => setOperator(op as TestOperator)}
        choices={shownOperators.map((op) => ({ value: op, label: OPERATOR_LABELS[op] }))}
      />
      {asksKind(test.op) ? (
        <ObjectListEditor
          targets={field?.targets ?? []}
          operands={test.operands}
          onChange={(operands) => onChange({ ...test, operands })}
        />
      ) : test.op === 'in' || test.op === 'not_in' ? (
        <OptionListEditor field={field} operands={test.operands} onChange={(operands) => onChange({ ...test, operands })} />
      ) : (
        test.operands.map((operand, index) => (
          <OperandEditor
            key={index}
            object={object}
            allow={allow}
            field={field}
            type={sought}
            operand={operand}
            onChange={(next) => setOperand(index, next)}
          />
        ))
      )}
      <button type="button" className="btn btn-plain btn-icon" aria-label="Remove test" title="Remove test" onClick={onRemove}>
        <Trash2 size={14} aria-hidden />
      </button>
    </div>
  );
}
