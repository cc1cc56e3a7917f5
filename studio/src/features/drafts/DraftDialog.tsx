import type { DraftInfo } from '@fieldstone/metadata/types/wire.js';
import { useState } from 'react';
import { messageOf } from '../../api/client.js';
import { flushDraft } from '../../api/draft-store.js';
import { reloadDraft } from '../../api/draft-sync.js';
import { createDraft, describeDraft } from '../../api/drafts.js';
import { Dialog } from '../../ui/Dialog.js';
import { DialogButtons } from '../../ui/DialogButtons.js';
import { AreaField, SelectField, TextField } from '../../ui/Field.js';

export type DraftTask = { kind: 'new' } | { kind: 'copy'; draft: DraftInfo } | { kind: 'describe'; draft: DraftInfo };

const TITLES = { new: 'New draft', copy: 'Save as another draft', describe: 'Rename and share' } as const;
const SHARINGS = [
  { value: 'private', label: 'Nobody else' },
  { value: 'view', label: 'Others who edit metadata may view it' },
  { value: 'edit', label: 'Others who edit metadata may edit it' },
];

/** Names a new draft or copy, or changes what a draft is called and who may see it. */
export function DraftDialog({ task, onClose }: { task: DraftTask; onClose: () => void }) {
  const draft = task.kind === 'new' ? undefined : task.draft;
  const [name, setName] = useState(task.kind === 'describe' ? task.draft.name : draft === undefined ? '' : `${draft.name} (copy)`);
  const [description, setDescription] = useState(draft?.description ?? '');
  const [sharing, setSharing] = useState<DraftInfo['sharing']>(task.kind === 'describe' ? task.draft.sharing : 'private');
  const [error, setError] = useState<string>();
  const submit = async () => {
    if (name.trim() === '') {
      setError('Give the draft a name.');
      return;
    }
    try {
      await flushDraft();
      const words = { name: name.trim(), description, sharing };
      if (task.kind === 'describe') await describeDraft(task.draft.id, words);
      else await createDraft({ ...words, ...(task.kind === 'copy' ? { from: task.draft.id } : {}) });
      await reloadDraft();
      onClose();
    } catch (failure) {
      setError(messageOf(failure));
    }
  };
  return (
    <Dialog
      title={TITLES[task.kind]}
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={<DialogButtons onClose={onClose}>Save</DialogButtons>}
    >
      <div className="stack">
        <TextField label="Name" value={name} onChange={setName} maxLength={80} required autoFocus error={error} />
        <AreaField
          label="What it is for"
          value={description}
          onChange={setDescription}
          maxLength={2_000}
          hint="Suggested as the comment when it is published."
        />
        <SelectField
          label="Who else may see it"
          value={sharing}
          onChange={(value) => setSharing(value as DraftInfo['sharing'])}
          choices={SHARINGS}
        />
      </div>
    </Dialog>
  );
}
