import { useState } from 'react';
import { messageOf } from '../../api/client.js';
import { exportChanges } from '../../api/packs.js';
import { Dialog } from '../../ui/Dialog.js';
import { DialogButtons } from '../../ui/DialogButtons.js';
import { TextField } from '../../ui/Field.js';
import { saveJson } from '../../ui/save-json.js';

/** What was made and changed here, published, as a pack in one file. */
export function ExportDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('ours');
  const [error, setError] = useState<string>();
  const submit = async () => {
    try {
      const bundle = await exportChanges(name.trim());
      saveJson(`${bundle.name}-${bundle.version}.json`, bundle);
      onClose();
    } catch (failure) {
      setError(messageOf(failure));
    }
  };
  return (
    <Dialog
      title="Export what was made here"
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={<DialogButtons onClose={onClose}>Download</DialogButtons>}
    >
      <div className="stack">
        <p>
          New elements whole, and of those of packs the properties that were changed. Where the same packs are, it gives the same again.
        </p>
        <TextField label="Name of the pack" mono value={name} onChange={setName} maxLength={41} required autoFocus error={error} />
      </div>
    </Dialog>
  );
}
