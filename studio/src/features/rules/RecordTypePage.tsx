import { Plus } from 'lucide-react';
import { useNavigate } from 'react-router';
import type { FieldDocument, RecordTypeDocument } from '@fieldstone/metadata/types/documents.js';
import { fieldTypeInfo } from '../../draft/field-types.js';
import { edit, useDraft } from '../../api/draft-store.js';
import { ofKind, ofObject } from '../../draft/draft.js';
import { addLayoutOfType, setDefaultType } from '../../draft/record-type-commands.js';
import { withProperties } from '../../draft/without-undefined.js';
import { CommitField } from '../../ui/CommitField.js';
import { CheckField, SelectField } from '../../ui/Field.js';
import { TickList } from '../../ui/TickList.js';
import { ElementNames, ElementPage, type BodyProps, type Patch } from '../elements/ElementPage.js';

export function RecordTypePage() {
  return <ElementPage kind="record_type" isNarrow Body={RecordType} />;
}

function RecordType({ document: type, set }: BodyProps<RecordTypeDocument>) {
  const draft = useDraft();
  const navigate = useNavigate();
  const change = (what: string, to: (current: typeof draft) => typeof draft) =>
    edit(`Edit record type ${type.label}`, to, `record type ${type.id} ${what}`);
  const addLayout = () => {
    const made = addLayoutOfType(draft, type);
    edit(`Add layout of ${type.label}`, () => made.draft);
    void navigate(`/layouts/${made.layout.id}`);
  };
  const layouts = ofObject(draft, 'layout', type.object);
  return (
    <div className="stack">
      <section className="card card-body stack" aria-label="Record type">
        <ElementNames document={type} set={set} />
        <CommitField
          label="Description"
          hint="Shown where the type is chosen."
          value={type.description ?? ''}
          maxLength={500}
          onCommit={(text) => set({ description: text.trim() === '' ? undefined : text })}
        />
        <p className="muted small">
          Records hold the id <code>{type.id}</code> in the field <code>record_type</code>.
        </p>
        <CheckField
          label="Default"
          hint="New records have it when none is chosen."
          checked={type.default === true}
          onChange={(isDefault) => change('default', (current) => setDefaultType(current, type, isDefault))}
        />
        <CheckField
          label="Active"
          hint="Records keep an inactive type, and no further ones get it."
          checked={type.inactive !== true}
          onChange={(isActive) => set({ inactive: isActive ? undefined : true })}
        />
        <TickList
          label="Roles that may choose it"
          hint="Everybody, when none is chosen."
          choices={ofKind(draft, 'role').map((role) => ({ value: role.name, label: role.label }))}
          value={type.roles ?? []}
          onChange={(roles) => set({ roles: roles.length === 0 ? undefined : roles })}
        />
        <div className="row" style={{ alignItems: 'end' }}>
          <SelectField
            label="Layout"
            value={type.layout ?? ''}
            onChange={(layout) => set({ layout: layout === '' ? undefined : layout })}
            choices={[{ value: '', label: 'The standard one' }, ...layouts.map(({ name, label }) => ({ value: name, label }))]}
          />
          <button type="button" className="btn" onClick={addLayout}>
            <Plus size={15} aria-hidden /> Make one for this type
          </button>
        </div>
      </section>
      <Processes type={type} set={set} />
      <Choices type={type} set={set} />
    </div>
  );
}

type PartProps = { type: RecordTypeDocument; set: (patch: Patch<RecordTypeDocument>) => void };

/** An entry of a record set, or taken out; a record without entries is left out of the document. */
function withEntry<V>(record: Readonly<Record<string, V>> | undefined, key: string, value: V | undefined): Record<string, V> | undefined {
  const rest = Object.fromEntries(Object.entries(record ?? {}).filter(([name]) => name !== key));
  const next = value === undefined ? rest : { ...rest, [key]: value };
  return Object.keys(next).length === 0 ? undefined : next;
}

function Processes({ type, set }: PartProps) {
  const draft = useDraft();
  const processes = ofObject(draft, 'process', type.object);
  const fields = [...new Set(processes.map(({ field }) => field))];
  const labelOf = (name: string) => ofObject(draft, 'field', type.object).find((field) => field.name === name)?.label ?? name;
  if (fields.length === 0) return null;
  return (
    <section className="card card-body stack" aria-label="Processes">
      <h2>Processes</h2>
      {fields.map((field) => (
        <SelectField
          key={field}
          label={labelOf(field)}
          value={type.processes?.[field] ?? ''}
          onChange={(name) => set({ processes: withEntry(type.processes, field, name === '' ? undefined : name) })}
          choices={[
            { value: '', label: 'The one that no type names' },
            ...processes.filter((process) => process.field === field).map(({ name, label }) => ({ value: name, label })),
          ]}
        />
      ))}
    </section>
  );
}

function Choices({ type, set }: PartProps) {
  const draft = useDraft();
  const fields = ofObject(draft, 'field', type.object).filter((field) => fieldTypeInfo(field.type).choice === 'one');
  if (fields.length === 0) return null;
  return (
    <section className="card card-body stack" aria-label="Choices">
      <h2>Choices</h2>
      {fields.map((field) => (
        <ChoicesOf key={field.id} field={field} type={type} set={set} />
      ))}
    </section>
  );
}

function ChoicesOf({ field, type, set }: PartProps & { field: FieldDocument }) {
  const own = type.picklists?.[field.name];
  const options = field.options ?? [];
  const put = (value: typeof own) => set({ picklists: withEntry(type.picklists, field.name, value) });
  return (
    <div className="stack-2">
      <CheckField
        label={`Only some choices of ${field.label}`}
        checked={own !== undefined}
        onChange={(isOwn) => put(isOwn ? { options: options.map(({ value }) => value) } : undefined)}
      />
      {own !== undefined && (
        <>
          <TickList
            label={field.label}
            choices={options}
            value={own.options}
            onChange={(chosen) =>
              chosen.length > 0 &&
              put(
                withProperties(own, {
                  options: chosen,
                  default: own.default !== undefined && chosen.includes(own.default) ? own.default : undefined,
                }),
              )
            }
          />
          <SelectField
            label={`${field.label} of a new record`}
            value={own.default ?? ''}
            onChange={(code) => put(withProperties(own, { default: code === '' ? undefined : code }))}
            choices={[{ value: '', label: 'As usual' }, ...options.filter(({ value }) => own.options.includes(value))]}
          />
        </>
      )}
    </div>
  );
}
