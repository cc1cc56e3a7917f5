import { useState } from 'react';
import type { FieldDocument, ObjectDocument } from '@fieldstone/metadata/types/documents.js';
import { edit, useDraft } from '../../api/draft-store.js';
import { ofKind, ofObject, type Draft } from '../../draft/draft.js';
import { addField, renameFieldName, setField, setFieldAccess, usageOf, type FieldAccess } from '../../draft/field-commands.js';
import { fieldTypeInfo, hasOption, type FieldType } from '../../draft/field-types.js';
import { nameProblem, suggestName } from '../../draft/names.js';
import { Dialog } from '../../ui/Dialog.js';
import { DialogButtons } from '../../ui/DialogButtons.js';
import { AreaField, CheckField, InlineSelect, TextField } from '../../ui/Field.js';
import { FIELD_ACCESS_CHOICES } from '../objects/AccessTab.js';
import { ExampleControl } from './ExampleControl.js';
import { computedProblems } from './computed-problems.js';
import { documentOf, emptyForm, formOf, problemsOf, type FieldForm } from './field-form.js';
import { TypeOptions } from './TypeOptions.js';
import { TypePicker } from './TypePicker.js';
import { UsageList } from './UsageList.js';

type Props = {
  object: ObjectDocument;
  /** The field to edit; a new one when left out. */
  field?: FieldDocument;
  /** What a new field starts with, such as the target of a link drawn in the diagram. */
  start?: Partial<FieldForm>;
  onClose: () => void;
};

export function FieldDialog({ object, field, start, onClose }: Props) {
  const draft = useDraft();
  const roles = ofKind(draft, 'role');
  const isNew = field === undefined;
  const publishedType = typeOfPublished(draft, field);
  const [form, setForm] = useState<FieldForm>(() =>
    field === undefined ? { ...emptyForm(start?.type ?? 'text'), ...start } : formOf(field),
  );
  const [name, setName] = useState<string | undefined>(field?.name);
  const [place, setPlace] = useState({ layouts: true, lists: false });
  const [access, setAccess] = useState<Record<string, FieldAccess>>({});
  const [wasSent, setSent] = useState(false);

  const shownName = name ?? suggestName(form.label);
  const taken = new Set(
    ofObject(draft, 'field', object.name)
      .map((other) => other.name)
      .filter((other) => other !== field?.name),
  );
  const nameError = nameProblem(shownName, taken);
  const problems = { ...problemsOf(form), ...computedProblems(draft, object.name, form) };
  const shown = wasSent ? problems : {};
  const patch = (change: Partial<FieldForm>) => setForm((current) => ({ ...current, ...change }));
  const usage = field === undefined || shownName === field.name ? [] : usageOf(draft, field);

  const submit = () => {
    setSent(true);
    if (nameError !== undefined || Object.keys(problems).length > 0) return;
    if (field === undefined) {
      const document = { ...documentOf(form, object.name), name: shownName };
      edit(`Add field ${document.label}`, (current) => withAccess(addField(current, document, place), document.name));
    } else {
      const document = documentOf(form, object.name, field);
      edit(`Edit field ${document.label}`, (current) => {
        const next = setField(current, document);
        return shownName === field.name ? next : renameFieldName(next, document, shownName);
      });
    }
    onClose();
  };
  const withAccess = (current: Draft, fieldName: string) =>
    Object.entries(access).reduce((next, [role, level]) => setFieldAccess(next, role, object.name, fieldName, level), current);

  return (
    <Dialog
      title={isNew ? `Add a field to ${object.label}` : `Edit ${field.label}`}
      wide
      onClose={onClose}
      onSubmit={submit}
      footer={<DialogButtons onClose={onClose}>{isNew ? 'Add field' : 'Apply'}</DialogButtons>}
    >
      <div className="stack">
        <TypePicker
          value={form.type}
          onChange={(type: FieldType) => patch({ type, fallback: '' })}
          {...(publishedType === undefined ? {} : { published: publishedType })}
        />
        <p className="muted small" role="status">
          {fieldTypeInfo(form.type).description}
        </p>
        {publishedType !== undefined && publishedType !== form.type && (
          <div className="note note-warning">
            <p>
              Its values become those of another type when this is published. The review says before how many do, and lists those that do
              not; returning to the former version brings back what was not changed since.
            </p>
          </div>
        )}
        <div className="cols-2">
          <TextField
            label="Label"
            value={form.label}
            onChange={(label) => patch({ label })}
            required
            autoFocus={isNew}
            maxLength={120}
            error={shown.label}
          />
          <TextField
            label="API name"
            mono
            value={shownName}
            onChange={setName}
            required
            error={wasSent || (name !== undefined && name !== field?.name) ? nameError : undefined}
            hint={isNew ? 'Used by integrations, conditions and templates.' : undefined}
          />
        </div>
        {field !== undefined && shownName !== field.name && (
          <div className="note note-warning">
            <div className="stack-2">
              <p>
                Renaming rewrites{' '}
                {usage.length === 0 ? 'no other element' : usage.length === 1 ? 'this element' : `these ${usage.length} elements`}.
                Integrations that use <code>{field.name}</code> stop working. The data keeps its place.
              </p>
              <UsageList usage={usage} />
            </div>
          </div>
        )}
        <TypeOptions
          form={form}
          object={object}
          problems={shown}
          patch={patch}
          savedOptions={savedOptions(draft, field)}
          name={field?.name}
        />
        <AreaField
          label="Help text"
          rows={2}
          value={form.help}
          onChange={(help) => patch({ help })}
          maxLength={500}
          hint="Shown with the field on forms."
        />
        <fieldset className="cols-2">
          <legend className="sr">Rules</legend>
          {hasOption(form.type, 'required') && (
            <CheckField
              label="Required"
              hint="A record can not be saved without it."
              checked={form.required}
              onChange={(required) => patch({ required })}
            />
          )}
          {hasOption(form.type, 'unique') && (
            <CheckField
              label="Unique"
              hint="No two records may hold the same value."
              checked={form.unique}
              onChange={(unique) => patch({ unique })}
            />
          )}
          {hasOption(form.type, 'searchable') && (
            <CheckField
              label="Found by search"
              hint="The search box looks in it."
              checked={form.searchable}
              onChange={(searchable) => patch({ searchable })}
            />
          )}
          {(hasOption(form.type, 'target') || hasOption(form.type, 'targets')) && (
            <CheckField
              label="In the timeline"
              hint={`${object.pluralLabel} stand in the timeline of the record that this leads to.`}
              checked={form.timeline}
              onChange={(timeline) => patch({ timeline })}
            />
          )}
          {hasOption(form.type, 'indexed') && (
            <CheckField
              label="Indexed"
              hint="For fields often filtered or sorted."
              checked={form.indexed}
              onChange={(indexed) => patch({ indexed })}
            />
          )}
        </fieldset>
        <ExampleControl form={form} />
        {isNew && (
          <>
            <fieldset className="cols-2">
              <legend className="legend">Show it</legend>
              <CheckField
                label="On the record page and forms"
                checked={place.layouts}
                onChange={(layouts) => setPlace({ ...place, layouts })}
              />
              <CheckField label="As a column of the lists" checked={place.lists} onChange={(lists) => setPlace({ ...place, lists })} />
            </fieldset>
            <fieldset>
              <legend className="legend">Who may use it</legend>
              <table className="table">
                <tbody>
                  {roles.map((role) => (
                    <tr key={role.id}>
                      <th scope="row">{role.label}</th>
                      <td>
                        <InlineSelect
                          label={`Access of ${role.label}`}
                          value={access[role.name] ?? 'default'}
                          onChange={(value) => setAccess(withChoice(access, role.name, value))}
                          choices={[{ value: 'default', label: 'As for the other fields' }, ...FIELD_ACCESS_CHOICES]}
                        />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </fieldset>
          </>
        )}
      </div>
    </Dialog>
  );
}

function withChoice(access: Record<string, FieldAccess>, role: string, value: string): Record<string, FieldAccess> {
  const rest = Object.fromEntries(Object.entries(access).filter(([name]) => name !== role));
  return value === 'default' ? rest : { ...rest, [role]: value as FieldAccess };
}

/** Codes that published records may hold. */
function typeOfPublished(draft: Draft, field: FieldDocument | undefined): FieldType | undefined {
  const published = field === undefined ? undefined : draft.published.get(field.id)?.document;
  return published?.kind === 'field' ? published.type : undefined;
}

function savedOptions(draft: Draft, field: FieldDocument | undefined): ReadonlySet<string> {
  const published = field === undefined ? undefined : draft.published.get(field.id)?.document;
  return new Set(published?.kind === 'field' ? published.options?.map((option) => option.value) : []);
}
