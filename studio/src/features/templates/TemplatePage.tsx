import type { TemplateDocument } from '@fieldstone/metadata/types/documents.js';
import { useState } from 'react';
import { knownType } from '../../draft/field-types.js';
import { useDraft } from '../../api/draft-store.js';
import { ofKind } from '../../draft/draft.js';
import { fieldAt, knownFields } from '../../draft/scope.js';
import { renameTemplate } from '../../draft/template-commands.js';
import { CommitField } from '../../ui/CommitField.js';
import { InlineSelect, SelectField } from '../../ui/Field.js';
import { ElementNames, ElementPage, type BodyProps } from '../elements/ElementPage.js';
import { marked } from './preview.js';

export function TemplatePage() {
  return <ElementPage kind="template" Body={Template} />;
}

function Template({ document: template, set }: BodyProps<TemplateDocument>) {
  const draft = useDraft();
  const [inserted, setInserted] = useState('');
  const { object } = template;
  const fields = object === undefined ? [] : knownFields(draft, object).filter((field) => field.fieldType !== 'id');
  const placeFor = (name: string) => {
    const field = fields.find((each) => each.name === name);
    const members = field && knownType(field.fieldType)?.members;
    return members !== undefined
      ? members.map((member) => `{{record.${name}.${member}}}`).join(' ')
      : field?.target === undefined
        ? `{{record.${name}}}`
        : `{{record.${name}.label}}`;
  };
  const labelOf = (path: string): string | undefined => {
    if (object === undefined) return path;
    const plain = path.replace(/\.(label|amount|currency|id)$/, '');
    return fieldAt(draft, object, plain)?.label;
  };
  const required = (text: string) => (text.trim() === '' ? 'This can not be empty.' : undefined);
  return (
    <div className="cols-2">
      <section className="card card-body stack" aria-label="Text">
        <ElementNames document={template} set={set} rename={(current, name) => renameTemplate(current, template, name)} />
        <SelectField
          label="About"
          value={object ?? ''}
          onChange={(next) => set({ object: next === '' ? undefined : next })}
          choices={[
            { value: '', label: 'Any object' },
            ...ofKind(draft, 'object').map((each) => ({ value: each.name, label: each.label })),
          ]}
        />
        <CommitField label="Subject" value={template.subject} check={required} onCommit={(subject) => set({ subject })} />
        <CommitField label="Text" multiline rows={12} value={template.text} check={required} onCommit={(text) => set({ text })} />
        {fields.length > 0 && (
          <div className="row" style={{ flexWrap: 'nowrap' }}>
            <InlineSelect
              label="Field to put in"
              value={inserted || (fields[0]?.name ?? '')}
              onChange={setInserted}
              choices={fields.map((field) => ({ value: field.name, label: field.label }))}
            />
            <button
              type="button"
              className="btn btn-small"
              onClick={() => set({ text: `${template.text}${placeFor(inserted || (fields[0]?.name ?? ''))}` })}
            >
              Put at the end
            </button>
          </div>
        )}
      </section>
      <section className="card" aria-label="Preview">
        <div className="card-head">
          <h2>Preview</h2>
          <span className="muted small">Places for values are marked</span>
        </div>
        <div className="card-body stack">
          <p>
            <b>{marked(template.subject, labelOf)}</b>
          </p>
          <p style={{ whiteSpace: 'pre-wrap' }}>{marked(template.text, labelOf)}</p>
        </div>
      </section>
    </div>
  );
}
