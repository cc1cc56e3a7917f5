import { useState } from 'react';
import { useNavigate } from 'react-router';
import { edit, useDraft } from '../../api/draft-store.js';
import { ofKind, type Draft } from '../../draft/draft.js';
import { nameProblem, suggestName, suggestPlural } from '../../draft/names.js';
import { ACCESS_CHOICES, addObject, type AccessPreset } from '../../draft/object-commands.js';
import { Dialog } from '../../ui/Dialog.js';
import { DialogButtons } from '../../ui/DialogButtons.js';
import { AreaField, InlineSelect, SelectField, TextField } from '../../ui/Field.js';
import { IconPicker } from './IconPicker.js';

/** Administrators get everything, the others what lets them work with it; the form shows each choice. */
const firstAccess = (draft: Draft): Record<string, AccessPreset> =>
  Object.fromEntries(
    ofKind(draft, 'role').map((role) => [role.name, role.capabilities?.includes('edit_metadata') === true ? 'full' : 'role']),
  );

export function NewObjectDialog({ onClose }: { onClose: () => void }) {
  const draft = useDraft();
  const navigate = useNavigate();
  const roles = ofKind(draft, 'role');
  const apps = ofKind(draft, 'app').sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
  const [label, setLabel] = useState('');
  const [plural, setPlural] = useState<string>();
  const [name, setName] = useState<string>();
  const [description, setDescription] = useState('');
  const [icon, setIcon] = useState('box');
  const [nameLabel, setNameLabel] = useState('Name');
  const [nameType, setNameType] = useState<'text' | 'autonumber'>('text');
  const [format, setFormat] = useState('{0000}');
  const [access, setAccess] = useState(() => firstAccess(draft));
  const [app, setApp] = useState(apps[0]?.id ?? '');
  const [wasSent, setSent] = useState(false);

  const shownName = name ?? suggestName(label);
  const shownPlural = plural ?? suggestPlural(label);
  const taken = new Set([...ofKind(draft, 'object').map((object) => object.name), 'user']);
  const labelError = label.trim() === '' ? 'Give the object a name for people.' : undefined;
  const nameError = nameProblem(shownName, taken);
  const fieldName = suggestName(nameLabel);
  const nameFieldError = nameProblem(fieldName, new Set());
  const formatError =
    nameType === 'autonumber' && !/^[^{}]{0,20}\{0{1,12}\}[^{}]{0,20}$/.test(format)
      ? 'Write zeros in braces where the number stands, such as INV-{0000}.'
      : undefined;

  const submit = () => {
    setSent(true);
    if (
      labelError !== undefined ||
      nameError !== undefined ||
      nameFieldError !== undefined ||
      formatError !== undefined ||
      shownPlural.trim() === ''
    )
      return;
    edit(`Add object ${label.trim()}`, (current) =>
      addObject(current, {
        label: label.trim(),
        pluralLabel: shownPlural.trim(),
        name: shownName,
        icon,
        ...(description.trim() === '' ? {} : { description: description.trim() }),
        nameField: { label: nameLabel.trim(), name: fieldName, type: nameType, ...(nameType === 'autonumber' ? { format } : {}) },
        access,
        ...(app === '' ? {} : { app }),
      }),
    );
    onClose();
    void navigate(`/objects/${shownName}`);
  };

  return (
    <Dialog
      title="New object"
      wide
      onClose={onClose}
      onSubmit={submit}
      footer={<DialogButtons onClose={onClose}>Add object</DialogButtons>}
    >
      <div className="stack">
        <div className="cols-2">
          <TextField
            label="Label"
            value={label}
            onChange={setLabel}
            required
            autoFocus
            maxLength={120}
            placeholder="Project"
            error={wasSent ? labelError : undefined}
          />
          <TextField
            label="Plural label"
            value={shownPlural}
            onChange={setPlural}
            required
            maxLength={120}
            error={wasSent && shownPlural.trim() === '' ? 'Name many of them.' : undefined}
          />
          <TextField
            label="API name"
            mono
            value={shownName}
            onChange={setName}
            required
            hint="Used by integrations and conditions."
            error={wasSent || name !== undefined ? nameError : undefined}
          />
        </div>
        <AreaField
          label="Description"
          rows={2}
          value={description}
          onChange={setDescription}
          maxLength={500}
          hint="What it is for; shown to administrators."
        />
        <IconPicker value={icon} onChange={setIcon} />
        <div className="cols-2">
          <TextField
            label="Name field"
            value={nameLabel}
            onChange={setNameLabel}
            required
            hint="Names a record wherever it is linked."
            error={wasSent ? nameFieldError : undefined}
          />
          <SelectField
            label="Name is"
            value={nameType}
            onChange={(value) => setNameType(value === 'autonumber' ? 'autonumber' : 'text')}
            choices={[
              { value: 'text', label: 'Typed by people' },
              { value: 'autonumber', label: 'Numbered by itself' },
            ]}
          />
          {nameType === 'autonumber' && <TextField label="Number format" mono value={format} onChange={setFormat} error={formatError} />}
        </div>
        <SelectField
          label="Show in the navigation of"
          value={app}
          onChange={setApp}
          choices={[...apps.map((entry) => ({ value: entry.id, label: entry.label })), { value: '', label: 'No app' }]}
        />
        <fieldset>
          <legend className="legend">Who may work with it</legend>
          <table className="table">
            <thead className="sr">
              <tr>
                <th scope="col">Role</th>
                <th scope="col">Access</th>
              </tr>
            </thead>
            <tbody>
              {roles.map((role) => (
                <tr key={role.id}>
                  <th scope="row">{role.label}</th>
                  <td>
                    <InlineSelect
                      label={`Access of ${role.label}`}
                      value={access[role.name] ?? 'role'}
                      onChange={(value) => setAccess({ ...access, [role.name]: value as AccessPreset })}
                      choices={ACCESS_CHOICES}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </fieldset>
      </div>
    </Dialog>
  );
}
