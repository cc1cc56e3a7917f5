import type { ObjectDocument } from '@fieldstone/metadata/types/documents.js';
import { useNavigate } from 'react-router';
import { edit, undoEdit, useDraft } from '../../api/draft-store.js';
import { labelOf } from '../../draft/field-commands.js';
import { belongings, retireObject } from '../../draft/object-commands.js';
import { Dialog } from '../../ui/Dialog.js';
import { DialogButtons } from '../../ui/DialogButtons.js';
import { toast } from '../../ui/toasts.js';

export function RetireObjectDialog({ object, onClose }: { object: ObjectDocument; onClose: () => void }) {
  const draft = useDraft();
  const navigate = useNavigate();
  const { retired, edited } = belongings(draft, object.name);
  const links = retired.filter((document) => document.kind === 'field' && document.object !== object.name);
  const kinds = new Map<string, number>();
  for (const document of retired) if (!links.includes(document)) kinds.set(document.kind, (kinds.get(document.kind) ?? 0) + 1);
  const submit = () => {
    edit(`Retire object ${object.label}`, (current) => retireObject(current, object.name));
    onClose();
    void navigate('/objects');
    toast(`${object.label} is retired in this draft.`, { action: { label: 'Undo', run: () => undoEdit() } });
  };
  return (
    <Dialog
      title={`Retire ${object.label}`}
      onClose={onClose}
      onSubmit={submit}
      footer={
        <DialogButtons onClose={onClose} isDanger>
          Retire object
        </DialogButtons>
      }
    >
      <div className="stack">
        <p>
          {object.pluralLabel} disappear from the screens and the API when the draft is published. The records stay in the database, and
          returning to a former revision brings them back.
        </p>
        <div>
          <h3>Retired with it</h3>
          <ul className="stack-2">
            {[...kinds].map(([kind, count]) => (
              <li key={kind}>
                {count} {kind}
                {count === 1 ? '' : 's'}
              </li>
            ))}
            {links.map((document) => (
              <li key={document.id}>
                Link <b>{labelOf(document)}</b> of <code>{'object' in document ? document.object : ''}</code>
              </li>
            ))}
          </ul>
        </div>
        {edited.length > 0 && (
          <div>
            <h3>Edited</h3>
            <ul className="stack-2">
              {edited.map((document) => (
                <li key={document.id}>
                  {document.kind} {labelOf(document)}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Dialog>
  );
}
