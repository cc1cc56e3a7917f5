import { Trash2 } from 'lucide-react';
import { Link, useNavigate, useParams } from 'react-router';
import type { ValidationDocument } from '@fieldstone/metadata/types/documents.js';
import { edit, undoEdit, useDraft } from '../../api/draft-store.js';
import { changeState, findDocument, findObject, ofObject, put } from '../../draft/draft.js';
import { nameProblem } from '../../draft/names.js';
import { withProperties } from '../../draft/without-undefined.js';
import { ChangeBadge } from '../../ui/ChangeBadge.js';
import { CommitField } from '../../ui/CommitField.js';
import { CheckField, SelectField } from '../../ui/Field.js';
import { Empty } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { ConditionEditor } from './ConditionEditor.js';

export function ValidationPage() {
  const draft = useDraft();
  const navigate = useNavigate();
  const { id = '' } = useParams();
  const rule = findDocument(draft, id);
  if (rule?.kind !== 'validation') {
    return (
      <div className="page">
        <Empty title="There is no such validation" action={<Link to="/objects">Go to the objects</Link>} />
      </div>
    );
  }
  const object = findObject(draft, rule.object);
  const set = (patch: { [K in keyof ValidationDocument]?: ValidationDocument[K] | undefined }) =>
    edit(
      `Edit validation ${rule.label}`,
      (current) => put(current, rule.id, withProperties(rule, patch)),
      `validation ${rule.id} ${Object.keys(patch).join()}`,
    );
  const on = rule.on ?? ['create', 'update'];
  const setOn = (kind: 'create' | 'update', isOn: boolean) => {
    const next = (['create', 'update'] as const).filter((each) => (each === kind ? isOn : on.includes(each)));
    if (next.length > 0) set({ on: next.length === 2 ? undefined : next });
  };
  const retire = () => {
    edit(`Retire validation ${rule.label}`, (current) => put(current, rule.id, null));
    void navigate(`/objects/${rule.object}/validations`);
    toast(`${rule.label} is retired in this draft.`, { action: { label: 'Undo', run: () => undoEdit() } });
  };
  const taken = new Set(
    ofObject(draft, 'validation', rule.object)
      .map((other) => other.name)
      .filter((name) => name !== rule.name),
  );
  return (
    <div className="page page-narrow">
      <div className="page-head">
        <div>
          <nav className="crumbs" aria-label="Path">
            <Link to="/objects">Objects</Link> / <Link to={`/objects/${rule.object}/validations`}>{object?.label ?? rule.object}</Link> /{' '}
            <span>Validation</span>
          </nav>
          <div className="row">
            <h1>{rule.label}</h1>
            <ChangeBadge state={changeState(draft, rule.id)} />
          </div>
        </div>
        <button type="button" className="btn btn-danger" onClick={retire}>
          <Trash2 size={15} aria-hidden /> Retire
        </button>
      </div>
      <section className="card card-body stack" aria-label="Rule">
        <div className="cols-2">
          <CommitField
            label="Label"
            value={rule.label}
            check={(label) => (label.trim() === '' ? 'A label is needed.' : undefined)}
            onCommit={(label) => set({ label })}
          />
          <CommitField
            label="API name"
            mono
            value={rule.name}
            check={(name) => nameProblem(name, taken)}
            onCommit={(name) => set({ name })}
          />
        </div>
        <ConditionEditor
          label="Refuse the record when"
          object={rule.object}
          allow={['previous', 'user', 'changed']}
          value={rule.errorWhen}
          onChange={(errorWhen) => set({ errorWhen: errorWhen ?? { and: [] } })}
          emptyText="Add a test that says when a record is wrong."
        />
        <CommitField
          label="Message"
          multiline
          value={rule.message}
          hint="What is wrong and what to do, for the person who saves."
          check={(message) => (message.trim() === '' ? 'A message is needed.' : undefined)}
          onCommit={(message) => set({ message })}
        />
        <SelectField
          label="Shown at"
          value={rule.field ?? ''}
          onChange={(field) => set({ field: field === '' ? undefined : field })}
          choices={[
            { value: '', label: 'The whole record' },
            ...ofObject(draft, 'field', rule.object).map((field) => ({ value: field.name, label: field.label })),
          ]}
        />
        <fieldset className="row">
          <legend className="legend">Checked</legend>
          <CheckField label="When a record is created" checked={on.includes('create')} onChange={(isOn) => setOn('create', isOn)} />
          <CheckField label="When a record is changed" checked={on.includes('update')} onChange={(isOn) => setOn('update', isOn)} />
        </fieldset>
        <CheckField
          label="Active"
          hint="An inactive rule is kept but not checked."
          checked={rule.inactive !== true}
          onChange={(isActive) => set({ inactive: isActive ? undefined : true })}
        />
      </section>
    </div>
  );
}
