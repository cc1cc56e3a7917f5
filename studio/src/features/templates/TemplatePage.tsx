import type { TemplateDocument } from '@fieldstone/metadata/types/documents.js';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { knownType } from '../../draft/field-types.js';
import { edit, undoEdit, useDraft } from '../../api/draft-store.js';
import { changeState, findDocument, ofKind, put } from '../../draft/draft.js';
import { nameProblem } from '../../draft/names.js';
import { fieldAt, knownFields } from '../../draft/scope.js';
import { renameTemplate } from '../../draft/template-commands.js';
import { withProperties } from '../../draft/without-undefined.js';
import { ChangeBadge } from '../../ui/ChangeBadge.js';
import { CommitField } from '../../ui/CommitField.js';
import { InlineSelect, SelectField } from '../../ui/Field.js';
import { Empty } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { marked } from './preview.js';

export function TemplatePage() {
  const draft = useDraft();
  const navigate = useNavigate();
  const { id = '' } = useParams();
  const [inserted, setInserted] = useState('');
  const template = findDocument(draft, id);
  if (template?.kind !== 'template') {
    return (
      <div className="page">
        <Empty title="There is no such template" action={<Link to="/templates">Go to the templates</Link>} />
      </div>
    );
  }
  const set = (patch: { [K in keyof TemplateDocument]?: TemplateDocument[K] | undefined }) =>
    edit(`Edit template ${template.label}`, (current) => put(current, template.id, withProperties(template, patch)));
  const retire = () => {
    edit(`Retire template ${template.label}`, (current) => put(current, template.id, null));
    void navigate('/templates');
    toast(`${template.label} is retired in this draft.`, { action: { label: 'Undo', run: () => undoEdit() } });
  };
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
  const taken = new Set(
    ofKind(draft, 'template')
      .map((other) => other.name)
      .filter((name) => name !== template.name),
  );
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <nav className="crumbs" aria-label="Path">
            <Link to="/templates">E-mail templates</Link> / <span>{template.label}</span>
          </nav>
          <div className="row">
            <h1>{template.label}</h1>
            <ChangeBadge state={changeState(draft, template.id)} />
          </div>
        </div>
        <button type="button" className="btn btn-danger" onClick={retire}>
          <Trash2 size={15} aria-hidden /> Retire
        </button>
      </div>
      <div className="cols-2">
        <section className="card card-body stack" aria-label="Text">
          <div className="cols-2">
            <CommitField label="Label" value={template.label} check={required} onCommit={(label) => set({ label })} />
            <CommitField
              label="API name"
              mono
              value={template.name}
              check={(name) => nameProblem(name, taken)}
              onCommit={(name) => edit(`Rename template ${template.label}`, (current) => renameTemplate(current, template, name))}
            />
          </div>
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
    </div>
  );
}
