import type { RevisionInfo } from '@fieldstone/metadata/types/wire.js';
import { useState } from 'react';
import { exportRevisions, saveChangeSet } from '../../api/change-sets.js';
import { messageOf } from '../../api/client.js';
import { Dialog } from '../../ui/Dialog.js';
import { DialogButtons } from '../../ui/DialogButtons.js';
import { SelectField } from '../../ui/Field.js';

/** What was published between two revisions, as a file for another system. */
export function ExportDialog({ revisions, onClose }: { revisions: readonly RevisionInfo[]; onClose: () => void }) {
  const [newest, before] = revisions;
  const [from, setFrom] = useState(String(before?.revision ?? ''));
  const [to, setTo] = useState(String(newest?.revision ?? ''));
  const [error, setError] = useState<string>();
  const choices = revisions.map(({ revision, comment }) => ({
    value: String(revision),
    label: `Revision ${revision}${comment === '' ? '' : `: ${comment.slice(0, 60)}`}`,
  }));
  const submit = async () => {
    if (Number(from) >= Number(to)) {
      setError('Choose an earlier revision to start after.');
      return;
    }
    try {
      saveChangeSet(await exportRevisions(Number(from), Number(to)));
      onClose();
    } catch (failure) {
      setError(messageOf(failure));
    }
  };
  return (
    <Dialog
      title="Export changes"
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={<DialogButtons onClose={onClose}>Export</DialogButtons>}
    >
      <div className="stack">
        <p>One file with what was published in between, to be imported on another system. What packs brought is left out.</p>
        <SelectField label="Changes after" value={from} onChange={setFrom} choices={choices} error={error} />
        <SelectField label="Up to" value={to} onChange={setTo} choices={choices} />
      </div>
    </Dialog>
  );
}
