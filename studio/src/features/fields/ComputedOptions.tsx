import { CHOICE } from '@fieldstone/metadata/language/formula-field.js';
import type { ObjectDocument } from '@fieldstone/metadata/types/documents.js';
import { knownType } from '../../draft/field-types.js';
import { useDraft } from '../../api/draft-store.js';
import { knownFields, relationsOf, type KnownField } from '../../draft/scope.js';
import { CheckField, SelectField, TextField } from '../../ui/Field.js';
import { ConditionEditor } from '../rules/ConditionEditor.js';
import { formulaIssues } from './computed-problems.js';
import type { FieldForm, FormProblems, RollupFunction } from './field-form.js';
import { FormulaInput } from './FormulaInput.js';

type Props = {
  form: FieldForm;
  object: ObjectDocument;
  problems: FormProblems;
  patch: (change: Partial<FieldForm>) => void;
};

const RETURNS = [
  { value: '', label: 'As the formula says' },
  { value: 'text', label: 'Text' },
  { value: 'decimal', label: 'Number' },
  { value: 'currency', label: 'Money' },
  { value: 'percent', label: 'Percent' },
  { value: 'date', label: 'Date' },
  { value: 'datetime', label: 'Date and time' },
  { value: 'boolean', label: 'Yes or no' },
  { value: CHOICE, label: 'Choice' },
];
const NUMBERS: ReadonlySet<string> = new Set(['', 'decimal', 'currency', 'percent']);

/** A formula, checked while it is typed, and the form its result takes. */
export function FormulaOptions({ form, object, problems, patch }: Props) {
  const draft = useDraft();
  const issues = form.formula.trim() === '' ? [] : formulaIssues(draft, object.name, form);
  const money = knownFields(draft, object.name).filter(({ fieldType }) => knownType(fieldType)?.input === 'money');
  return (
    <>
      <FormulaInput form={form} object={object} issues={issues} error={problems.formula} onChange={(formula) => patch({ formula })} />
      <div className="cols-2">
        <SelectField label="Result" value={form.returns} onChange={(returns) => patch({ returns })} choices={RETURNS} />
        {NUMBERS.has(form.returns) && (
          <TextField
            label="Digits after the point"
            value={form.scale}
            onChange={(scale) => patch({ scale })}
            error={problems.scale}
            hint="Empty for two."
          />
        )}
        {form.returns === 'currency' && (
          <SelectField
            label="Currency of"
            value={form.currencyOf}
            onChange={(currencyOf) => patch({ currencyOf })}
            hint="Amounts in several currencies give no value."
            choices={[{ value: '', label: 'The amounts that are read' }, ...money.map(({ name, label }) => ({ value: name, label }))]}
          />
        )}
      </div>
    </>
  );
}

const FUNCTIONS: readonly { value: RollupFunction; label: string }[] = [
  { value: 'count', label: 'Count' },
  { value: 'sum', label: 'Sum' },
  { value: 'min', label: 'Smallest' },
  { value: 'max', label: 'Largest' },
  { value: 'avg', label: 'Average' },
];

const isMeasured = ({ type }: KnownField, made: RollupFunction): boolean =>
  type === 'decimal' || ((made === 'min' || made === 'max') && (type === 'date' || type === 'datetime'));

/** Which records are brought together, how, and whether the result is stored. */
export function RollupOptions({ form, object, problems, patch }: Props) {
  const draft = useDraft();
  const relations = relationsOf(draft, object.name);
  const from = relations.find(({ name }) => name === form.relation)?.from;
  const fields = from === undefined ? [] : knownFields(draft, from).filter((field) => isMeasured(field, form.rollupFunction));
  return (
    <>
      <div className="cols-2">
        <SelectField
          label="Records"
          value={form.relation}
          onChange={(relation) => patch({ relation, rollupField: '', rollupWhere: undefined })}
          error={problems.relation}
          hint={relations.length === 0 ? 'No link points here with a list on this side.' : undefined}
          choices={[{ value: '', label: 'Choose a list', disabled: true }, ...relations.map(({ name, label }) => ({ value: name, label }))]}
        />
        <SelectField
          label="Value"
          value={form.rollupFunction}
          onChange={(value) => patch({ rollupFunction: FUNCTIONS.find((made) => made.value === value)?.value ?? 'count' })}
          choices={[...FUNCTIONS]}
        />
        {form.rollupFunction !== 'count' && (
          <SelectField
            label="Of the field"
            value={form.rollupField}
            onChange={(rollupField) => patch({ rollupField })}
            error={problems.rollupField}
            choices={[{ value: '', label: 'Choose a field', disabled: true }, ...fields.map(({ name, label }) => ({ value: name, label }))]}
          />
        )}
        {form.rollupFunction !== 'count' && (
          <TextField
            label="Digits after the point"
            value={form.scale}
            onChange={(scale) => patch({ scale })}
            error={problems.scale}
            hint="Empty for those of the field."
          />
        )}
      </div>
      {from !== undefined && (
        <ConditionEditor
          label="Only records where"
          object={from}
          allow={[]}
          value={form.rollupWhere}
          onChange={(rollupWhere) => patch({ rollupWhere })}
          emptyText="Every record counts."
        />
      )}
      <CheckField
        label="Stored"
        hint="Kept with the record, moments after each change. For lists that are filtered or sorted by it."
        checked={form.materialized || form.indexed}
        onChange={(materialized) => patch(materialized ? { materialized } : { materialized, indexed: false })}
      />
    </>
  );
}
