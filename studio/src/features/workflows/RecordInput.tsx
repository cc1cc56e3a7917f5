import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useDraft } from '../../api/draft-store.js';
import { ofKind, ofObject } from '../../draft/draft.js';
import { fieldTypeInfo } from '../../draft/field-types.js';
import { InlineSelect, SelectField } from '../../ui/Field.js';
import type { InputProps } from './change-workflow.js';
import { ValueEditor } from './ValueEditor.js';

/** Input of "update a record" and "create a record": the object, which record, and the values of its fields. */
export function RecordInput({ workflow, input, setInput, isNew }: InputProps & { isNew: boolean }) {
  const draft = useDraft();
  const [adding, setAdding] = useState('');
  const object = typeof input['object'] === 'string' && input['object'] !== '' ? input['object'] : isNew ? '' : workflow.object;
  const set = (input['set'] as Record<string, unknown> | undefined) ?? {};
  const objects = ofKind(draft, 'object').sort((a, b) => a.label.localeCompare(b.label));
  const fields = ofObject(draft, 'field', object).filter((field) => fieldTypeInfo(field.type).givenBy === undefined);
  const names = [...fields.map((field) => ({ name: field.name, label: field.label })), { name: 'owner', label: 'Owner' }];
  const open = names.filter((field) => set[field.name] === undefined);
  const chosen = open.find((field) => field.name === adding) ?? open[0];
  const setValues = (next: Record<string, unknown>) => setInput({ ...input, set: next });
  return (
    <div className="stack">
      <SelectField
        label="Object"
        value={object}
        onChange={(next) => setInput({ ...input, object: next, set: {} })}
        choices={[
          ...(object === '' ? [{ value: '', label: 'Choose an object', disabled: true }] : []),
          ...objects.map((each) => ({ value: each.name, label: each.label })),
        ]}
      />
      {!isNew && (
        <ValueEditor
          label="Which record"
          value={input['recordId'] ?? { $var: 'trigger.new.id' }}
          onChange={(recordId) => setInput({ ...input, recordId })}
          workflow={workflow}
          modes={['var', 'literal']}
          hint="The id of the record. The record of the run is trigger.new.id."
        />
      )}
      <fieldset className="stack-2">
        <legend className="legend">{isNew ? 'Values of the new record' : 'Fields to change'}</legend>
        {Object.entries(set).map(([name, value]) => (
          <ValueEditor
            key={name}
            label={names.find((field) => field.name === name)?.label ?? name}
            field={fields.find((field) => field.name === name)}
            value={value}
            onChange={(next) => setValues({ ...set, [name]: next })}
            workflow={workflow}
            action={
              <button
                type="button"
                className="btn btn-plain btn-icon"
                aria-label={`Leave ${name} out`}
                onClick={() => setValues(Object.fromEntries(Object.entries(set).filter(([each]) => each !== name)))}
              >
                <Trash2 size={14} aria-hidden />
              </button>
            }
          />
        ))}
        {chosen !== undefined && object !== '' && (
          <div className="row" style={{ flexWrap: 'nowrap' }}>
            <InlineSelect
              label="Field to set"
              value={chosen.name}
              onChange={setAdding}
              choices={open.map((field) => ({ value: field.name, label: field.label }))}
            />
            <button type="button" className="btn btn-small" onClick={() => setValues({ ...set, [chosen.name]: '' })}>
              <Plus size={14} aria-hidden /> Add field
            </button>
          </div>
        )}
      </fieldset>
    </div>
  );
}
