import type { ProcessDocument } from '@fieldstone/metadata/types/documents.js';
import { hasStates } from '../../draft/field-types.js';
import { edit, useDraft } from '../../api/draft-store.js';
import { ofObject, put } from '../../draft/draft.js';
import { everyMove, withPartIds } from '../../draft/process-commands.js';
import { renameProcess } from '../../draft/record-type-commands.js';
import { withProperties } from '../../draft/without-undefined.js';
import { CommitField } from '../../ui/CommitField.js';
import { CheckField, SelectField } from '../../ui/Field.js';
import { TickList } from '../../ui/TickList.js';
import { ElementNames, ElementPage, type BodyProps, type Patch } from '../elements/ElementPage.js';
import { ConditionEditor } from './ConditionEditor.js';
import { EntryList } from './EntryList.js';
import { MoveList } from './MoveList.js';
import { MoveMatrix } from './MoveMatrix.js';

export function ProcessPage() {
  return <ElementPage kind="process" Body={Process} />;
}

function Process({ document: process }: BodyProps<ProcessDocument>) {
  const draft = useDraft();
  const fields = ofObject(draft, 'field', process.object);
  const field = fields.find(({ name }) => name === process.field);
  const change = (next: ProcessDocument, what: string) =>
    edit(`Edit process ${process.label}`, (current) => put(current, process.id, withPartIds(next)), `process ${process.id} ${what}`);
  const set = (patch: Patch<ProcessDocument>) => change(withProperties(process, patch), Object.keys(patch).join());
  // States of another field mean nothing here.
  const setField = (name: string) =>
    set({ field: name, initial: undefined, initialWhere: undefined, transitions: undefined, enter: undefined });
  const codes = field?.options?.map(({ value }) => value);
  return (
    <div className="stack">
      <section className="card card-body stack" aria-label="Process">
        <ElementNames document={process} set={set} rename={(current, name) => renameProcess(current, process, name)} />
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
  );
}
