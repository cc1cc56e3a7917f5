import { Plus, Trash2 } from 'lucide-react';
import type { FieldDocument, ProcessDocument } from '@fieldstone/metadata/types/documents.js';
import { useDraft } from '../../api/draft-store.js';
import { ofObject } from '../../draft/draft.js';
import { replaceAt, type Entry } from '../../draft/process-commands.js';
import { withProperties } from '../../draft/without-undefined.js';
import { CommitField } from '../../ui/CommitField.js';
import { TickList } from '../../ui/TickList.js';
import { ConditionEditor } from './ConditionEditor.js';

type Props = { process: ProcessDocument; field: FieldDocument; onChange: (process: ProcessDocument, what: string) => void };

/** What states ask for, whichever way they are entered. */
export function EntryList({ process, field, onChange }: Props) {
  const draft = useDraft();
  const enter = process.enter ?? [];
  const fields = ofObject(draft, 'field', process.object).filter(({ name }) => name !== field.name);
  const put = (next: Entry[], what: string) => onChange(withProperties(process, { enter: next.length === 0 ? undefined : next }), what);
  const add = () => {
    const first = fields[0]?.name;
    if (first === undefined) return;
    const where = field.options === undefined ? {} : { to: field.options.slice(-1).map(({ value }) => value) };
    put([...enter, { ...where, required: [first] }], 'add entry');
  };
  return (
    <div className="stack">
      {enter.map((entry, index) => {
        const set = (patch: Parameters<typeof withProperties<Entry>>[1]) =>
          put(replaceAt(enter, index, withProperties(entry, patch)), `entry ${index} ${Object.keys(patch).join()}`);
        return (
          <section key={index} className="card card-body stack" aria-label={`Requirement ${index + 1}`}>
            <div className="row-between">
              <h3>Requirement {index + 1}</h3>
              <button
                type="button"
                className="btn btn-plain btn-icon"
                aria-label={`Remove requirement ${index + 1}`}
                onClick={() => put(replaceAt(enter, index, undefined), `remove entry ${index}`)}
              >
                <Trash2 size={14} aria-hidden />
              </button>
            </div>
            {field.options === undefined ? (
              <ConditionEditor
                label={`A ${field.label.toLowerCase()} with`}
                object={field.target ?? ''}
                allow={['user']}
                value={entry.toWhere}
                onChange={(toWhere) => set({ toWhere })}
                emptyText="Every one."
              />
            ) : (
              <TickList
                label={`In ${field.label}`}
                choices={field.options}
                value={entry.to ?? []}
                onChange={(to) => set({ to: to.length === 0 ? undefined : to })}
              />
            )}
            <TickList
              label="Needs a value in"
              choices={fields.map(({ name, label }) => ({ value: name, label }))}
              value={entry.required}
              onChange={(required) => required.length > 0 && set({ required })}
            />
            <CommitField
              label="Message"
              hint="What is missing and what to do; a text is made when left empty."
              value={entry.message ?? ''}
              maxLength={500}
              onCommit={(message) => set({ message: message.trim() === '' ? undefined : message })}
            />
          </section>
        );
      })}
      <div>
        <button type="button" className="btn btn-small" onClick={add}>
          <Plus size={14} aria-hidden /> Add requirement
        </button>
      </div>
    </div>
  );
}
