import type { DraftInfo } from '@fieldstone/metadata/types/wire.js';
import { useDraftStore } from '../../api/draft-store.js';
import { switchDraft } from '../../api/draft-sync.js';
import { useDrafts } from '../../api/drafts.js';
import { InlineSelect, type Choice } from '../../ui/Field.js';
import { toast } from '../../ui/toasts.js';

const changesText = (count: number) => `${count} ${count === 1 ? 'change' : 'changes'}`;

/** The draft the edits go to, and the way to another one. It appears once there is a draft at all. */
export function DraftSwitcher() {
  const info = useDraftStore((state) => state.info);
  const count = useDraftStore((state) => state.history.draft.changes.size);
  const owner = useDraftStore((state) => state.owner);
  const drafts = (useDrafts().data ?? []).filter((draft) => draft.discardedAt === null);
  if (info === null && drafts.length === 0) return null;
  const isListed = drafts.some(({ id }) => id === info?.id);
  const choice = (draft: DraftInfo): Choice => {
    const size = changesText(draft.id === info?.id ? count : draft.changeCount);
    if (draft.owner.id === owner)
      return { value: draft.id, label: `${draft.name}, ${size}${draft.sharing === 'private' ? '' : ', shared'}` };
    return { value: draft.id, label: `${draft.name} of ${draft.owner.name}, ${size}`, group: 'Shared by others' };
  };
  const choices: Choice[] = [
    ...(info === null ? [{ value: '', label: 'No draft' }] : isListed ? [] : [choice(info)]),
    ...drafts.map(choice),
  ];
  const change = async (id: string) => {
    if (id === '' || (await switchDraft(id))) return;
    toast('The edits of this draft could not be saved yet, so it stays open.', { tone: 'danger' });
  };
  return (
    <span className="draft-switcher">
      <InlineSelect label="Draft" value={info?.id ?? ''} onChange={(id) => void change(id)} choices={choices} />
    </span>
  );
}
