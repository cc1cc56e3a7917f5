import type { ObjectDocument } from '@fieldstone/metadata/types/documents.js';
import type { FormulaCheck } from '@fieldstone/metadata/types/wire.js';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { checkFormula, findRecords } from '../../api/formulas.js';
import { messageOf } from '../../api/client.js';
import { ofObject } from '../../draft/draft.js';
import { useDraft } from '../../api/draft-store.js';
import { SelectField, TextField } from '../../ui/Field.js';
import type { FieldForm } from './field-form.js';

/** The value a formula has on a record that is chosen, as whoever writes it may see it. */
export function TryFormula({ form, object }: { form: FieldForm; object: ObjectDocument }) {
  const draft = useDraft();
  const published = draft.published.get(object.id)?.document;
  const [search, setSearch] = useState('');
  const [record, setRecord] = useState('');
  // Records are those of the published object, whatever it is called in the draft.
  const name = published?.kind === 'object' ? published.name : undefined;
  const nameField = published?.kind === 'object' ? published.nameField : undefined;
  const records = useQuery({
    queryKey: ['formula-records', name, search],
    queryFn: () => findRecords(name ?? '', nameField ?? '', search),
    enabled: name !== undefined,
  });
  const fields = ofObject(draft, 'field', object.name).filter(
    (field) => field.name !== form.name && draft.published.get(field.id)?.document !== field,
  );
  const tried = useQuery({
    queryKey: ['formula-check', name, form.formula, form.returns, form.scale, form.currencyOf, form.options, fields, record],
    queryFn: () => checkFormula({ object: name ?? '', ...form, record, fields }),
    enabled: name !== undefined && record !== '',
    retry: false,
  });
  if (name === undefined) return null;
  return (
    <div className="stack-2">
      <div className="cols-2">
        <TextField label="Try it on a record" value={search} onChange={setSearch} placeholder="Search" />
        <SelectField
          label="Record"
          value={record}
          onChange={setRecord}
          choices={[{ value: '', label: 'Choose a record' }, ...(records.data ?? []).map(({ id, label }) => ({ value: id, label }))]}
        />
      </div>
      {record !== '' && (
        <p role="status">
          {tried.isError ? messageOf(tried.error) : tried.data === undefined ? 'Working it out …' : resultText(tried.data)}
        </p>
      )}
    </div>
  );
}

function resultText(check: FormulaCheck): string {
  if (!check.ok) return `It can not be worked out: ${check.issues[0]?.message ?? ''}`;
  if (check.hidden) return 'You may not read all that this formula reads.';
  const empty = check.unpublished === undefined ? '' : ` Not published yet, so empty on every record: ${check.unpublished.join(', ')}.`;
  return `Value: ${valueText(check.value)}.${empty}`;
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'object' && 'amount' in value && 'currency' in value) return `${String(value.amount)} ${String(value.currency)}`;
  return String(value);
}
