import { Trash2 } from 'lucide-react';
import { Link, useNavigate, useParams } from 'react-router';
import type { ProcessDocument } from '@fieldstone/metadata/types/documents.js';
import { hasStates } from '../../draft/field-types.js';
import { edit, undoEdit, useDraft } from '../../api/draft-store.js';
import { changeState, findDocument, findObject, ofObject, put } from '../../draft/draft.js';
import { nameProblem } from '../../draft/names.js';
import { everyMove, withPartIds } from '../../draft/process-commands.js';
import { renameProcess } from '../../draft/record-type-commands.js';
import { withProperties } from '../../draft/without-undefined.js';
import { ChangeBadge } from '../../ui/ChangeBadge.js';
import { CommitField } from '../../ui/CommitField.js';
import { CheckField, SelectField } from '../../ui/Field.js';
import { Empty } from '../../ui/states.js';
import { TickList } from '../../ui/TickList.js';
import { toast } from '../../ui/toasts.js';
import { ConditionEditor } from './ConditionEditor.js';
import { EntryList } from './EntryList.js';
import { MoveList } from './MoveList.js';
import { MoveMatrix } from './MoveMatrix.js';

/** Fields whose values can be states. */

export function ProcessPage() {
  const draft = useDraft();
  const navigate = useNavigate();
  const { id = '' } = useParams();
  const process = findDocument(draft, id);
  if (process?.kind !== 'process') {
    return (
      <div className="page">
        <Empty title="There is no such process" action={<Link to="/objects">Go to the objects</Link>} />
      </div>
    );
  }
  const object = findObject(draft, process.object);
  const fields = ofObject(draft, 'field', process.object);
  const field = fields.find(({ name }) => name === process.field);
  const change = (next: ProcessDocument, what: string) =>
    edit(`Edit process ${process.label}`, (current) => put(current, process.id, withPartIds(next)), `process ${process.id} ${what}`);
  const set = (patch: { [K in keyof ProcessDocument]?: ProcessDocument[K] | undefined }) =>
    change(withProperties(process, patch), Object.keys(patch).join());
  const retire = () => {
    edit(`Retire process ${process.label}`, (current) => put(current, process.id, null));
    void navigate(`/objects/${process.object}/validations`);
    toast(`${process.label} is retired in this draft.`, { action: { label: 'Undo', run: () => undoEdit() } });
  };
  const taken = new Set(
    ofObject(draft, 'process', process.object)
      .map((other) => other.name)
      .filter((name) => name !== process.name),
  );
  // States of another field mean nothing here.
  const setField = (name: string) =>
    set({ field: name, initial: undefined, initialWhere: undefined, transitions: undefined, enter: undefined });
  const codes = field?.options?.map(({ value }) => value);
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <nav className="crumbs" aria-label="Path">
            <Link to="/objects">Objects</Link> /{' '}
            <Link to={`/objects/${process.object}/validations`}>{object?.label ?? process.object}</Link> / <span>Process</span>
          </nav>
          <div className="row">
            <h1>{process.label}</h1>
            <ChangeBadge state={changeState(draft, process.id)} />
          </div>
        </div>
        <button type="button" className="btn btn-danger" onClick={retire}>
          <Trash2 size={15} aria-hidden /> Retire
        </button>
      </div>
      <div className="stack">
        <section className="card card-body stack" aria-label="Process">
          <div className="cols-2">
            <CommitField
              label="Label"
              value={process.label}
              check={(label) => (label.trim() === '' ? 'A label is needed.' : undefined)}
              onCommit={(label) => set({ label })}
            />
            <CommitField
              label="API name"
              mono
              value={process.name}
              check={(name) => nameProblem(name, taken)}
              onCommit={(name) => edit(`Rename process ${process.label}`, (current) => renameProcess(current, process, name))}
            />
          </div>
          <SelectField
            label="States are the values of"
            value={process.field}
            onChange={setField}
            choices={fields.filter(hasStates).map(({ name, label }) => ({ value: name, label }))}
          />
          {field !== undefined &&
            (codes === undefined ? (
              <ConditionEditor
                label={`A new record begins with a ${field.label.toLowerCase()} with`}
                object={field.target ?? ''}
                allow={['user']}
                value={process.initialWhere}
                onChange={(initialWhere) => set({ initialWhere })}
                emptyText="It may begin with any."
              />
            ) : (
              <TickList
                label="A new record may begin with"
                hint="Any, when none is chosen."
                choices={field.options ?? []}
                value={process.initial ?? []}
                onChange={(initial) => set({ initial: initial.length === 0 ? undefined : initial })}
              />
            ))}
          <CheckField
            label="Active"
            hint="An inactive process is kept but not enforced."
            checked={process.inactive !== true}
            onChange={(isActive) => set({ inactive: isActive ? undefined : true })}
          />
        </section>
        {field !== undefined && (
          <section className="card card-body stack" aria-label="Moves">
            <h2>Moves</h2>
            <CheckField
              label="Only some moves are legal"
              checked={process.transitions !== undefined}
              onChange={(isLimited) => set({ transitions: isLimited ? (codes === undefined ? [{}] : everyMove(codes)) : undefined })}
            />
            {process.transitions !== undefined &&
              (codes === undefined ? (
                <MoveList process={process} field={field} onChange={change} />
              ) : (
                <MoveMatrix process={process} field={field} onChange={change} />
              ))}
            {process.transitions !== undefined && (
              <CommitField
                label="Message for other moves"
                hint="A text that names the legal ones is made when left empty."
                value={process.message ?? ''}
                maxLength={500}
                onCommit={(message) => set({ message: message.trim() === '' ? undefined : message })}
              />
            )}
          </section>
        )}
        {field !== undefined && (
          <section className="card card-body stack" aria-label="Requirements">
            <h2>What states need</h2>
            <EntryList process={process} field={field} onChange={change} />
          </section>
        )}
      </div>
    </div>
  );
}
