import { renameObject } from '@fieldstone/metadata/language/rename-references.js';
import type { MetadataDocument, ObjectDocument } from '@fieldstone/metadata/types/documents.js';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { knownType } from '../../draft/field-types.js';
import { edit, useDraft } from '../../api/draft-store.js';
import { documentsOf, ofKind, ofObject, put, type Draft } from '../../draft/draft.js';
import { nameProblem } from '../../draft/names.js';
import { editObject } from '../../draft/object-commands.js';
import { typeOfField } from '../../draft/scope.js';
import { Dialog } from '../../ui/Dialog.js';
import { DialogButtons } from '../../ui/DialogButtons.js';
import { AreaField, CheckField, SelectField, TextField } from '../../ui/Field.js';
import { fitsTimeline, TimelineSettings, type Timeline } from './TimelineSettings.js';
import { areIndexes, IndexSettings, type Indexes } from './IndexSettings.js';
import { IconPicker } from './IconPicker.js';

function renamed(draft: Draft, from: string, to: string): Draft {
  let next = draft;
  for (const document of renameObject(documentsOf(draft), from, to) as readonly MetadataDocument[]) {
    if (document.kind !== 'data' && document.kind !== 'pack') next = put(next, document.id, document);
  }
  return next;
}

export function EditObjectDialog({ object, onClose }: { object: ObjectDocument; onClose: () => void }) {
  const draft = useDraft();
  const navigate = useNavigate();
  const [label, setLabel] = useState(object.label);
  const [plural, setPlural] = useState(object.pluralLabel);
  const [name, setName] = useState(object.name);
  const [description, setDescription] = useState(object.description ?? '');
  const [icon, setIcon] = useState(object.icon ?? 'box');
  const [nameField, setNameField] = useState(object.nameField);
  const [tracks, setTracks] = useState(object.trackHistory ?? true);
  const [timeline, setTimeline] = useState<Timeline>(object.timeline ?? {});
  const [indexes, setIndexes] = useState<Indexes>(object.indexes ?? []);
  const fields = ofObject(draft, 'field', object.name);
  const taken = new Set([...ofKind(draft, 'object').map((other) => other.name), 'user'].filter((other) => other !== object.name));
  const nameError = nameProblem(name, taken);
  const isIncomplete = label.trim() === '' || plural.trim() === '' || !fitsTimeline(timeline) || !areIndexes(indexes);

  const submit = () => {
    if (nameError !== undefined || isIncomplete) return;
    edit(`Edit object ${label}`, (current) => {
      const edited = editObject(current, object.id, {
        label: label.trim(),
        pluralLabel: plural.trim(),
        description: description.trim() === '' ? undefined : description.trim(),
        icon,
        nameField,
        trackHistory: tracks ? undefined : false,
        timeline: Object.keys(timeline).length === 0 ? undefined : timeline,
        indexes: indexes.length === 0 ? undefined : indexes,
      });
      return name === object.name ? edited : renamed(edited, object.name, name);
    });
    onClose();
    if (name !== object.name) void navigate(`/objects/${name}`, { replace: true });
  };

  return (
    <Dialog
      title={`Edit ${object.label}`}
      onClose={onClose}
      onSubmit={submit}
      footer={<DialogButtons onClose={onClose}>Apply</DialogButtons>}
    >
      <div className="stack">
        <div className="cols-2">
          <TextField
            label="Label"
            value={label}
            onChange={setLabel}
            required
            error={label.trim() === '' ? 'A label is needed.' : undefined}
          />
          <TextField
            label="Plural label"
            value={plural}
            onChange={setPlural}
            required
            error={plural.trim() === '' ? 'A plural is needed.' : undefined}
          />
        </div>
        <TextField
          label="API name"
          mono
          value={name}
          onChange={setName}
          error={nameError}
          hint={
            name === object.name
              ? 'Integrations use it.'
              : 'Everything in the metadata that names the object is rewritten. Integrations that use the old name stop working.'
          }
        />
        <AreaField label="Description" value={description} onChange={setDescription} maxLength={500} />
        <IconPicker value={icon} onChange={setIcon} />
        <SelectField
          label="Name field"
          value={nameField}
          onChange={setNameField}
          hint="Names a record wherever it is linked."
          choices={fields
            .filter((field) => knownType(typeOfField(draft, field).fieldType)?.canName)
            .map((field) => ({ value: field.name, label: field.label }))}
        />
        <CheckField label="Keep a history of changes" checked={tracks} onChange={setTracks} />
        {fields.some((field) => field.timeline === true) && <TimelineSettings fields={fields} value={timeline} onChange={setTimeline} />}
        <IndexSettings fields={fields} value={indexes} onChange={setIndexes} />
      </div>
    </Dialog>
  );
}
