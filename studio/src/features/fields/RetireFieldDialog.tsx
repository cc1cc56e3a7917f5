import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';
import { AlertTriangle } from 'lucide-react';
import { edit, undoEdit, useDraft } from '../../api/draft-store.js';
import { blocking, usageOf } from '../../draft/field-commands.js';
import { retireField } from '../../draft/object-commands.js';
import { Dialog } from '../../ui/Dialog.js';
import { DialogButtons } from '../../ui/DialogButtons.js';
import { toast } from '../../ui/toasts.js';
import { UsageList } from './UsageList.js';

export function RetireFieldDialog({ field, onClose }: { field: FieldDocument; onClose: () => void }) {
  const draft = useDraft();
  const usage = usageOf(draft, field);
  const left = blocking(draft, field, retireField);
  const isLeft = new Set(left.map((entry) => entry.document.id));
  const cleaned = usage.filter((entry) => !isLeft.has(entry.document.id));
  const submit = () => {
    edit(`Retire field ${field.label}`, (current) => retireField(current, field));
    onClose();
    toast(`${field.label} is retired in this draft.`, { action: { label: 'Undo', run: () => undoEdit() } });
  };
  return (
    <Dialog
      title={`Retire ${field.label}`}
      onClose={onClose}
      onSubmit={submit}
      footer={
        <DialogButtons onClose={onClose} isDanger>
          Retire field
        </DialogButtons>
      }
    >
      <div className="stack">
        <p>
          The field disappears from the screens and the API when the draft is published. Its data stays in the database, and returning to a
          former revision brings it back.
        </p>
        {usage.length === 0 && <p className="note note-info">Nothing else uses this field.</p>}
        {cleaned.length > 0 && (
          <div className="stack-2">
            <h3>Taken off</h3>
            <UsageList usage={cleaned} />
          </div>
        )}
        {left.length > 0 && (
          <div className="stack-2">
            <p className="note note-warning">
              <AlertTriangle size={16} aria-hidden /> These read the field in a condition or a step. Change them before you publish; the
              review names each place.
            </p>
            <UsageList usage={left} />
          </div>
        )}
      </div>
    </Dialog>
  );
}
