import { AlertTriangle, Check, CloudUpload } from 'lucide-react';
import { flushDraft, reloadDraft, useDraftStore } from '../../api/draft-store.js';

/** Says at all times whether the edits are safe, and what to do when they are not. */
export function SaveStateLabel() {
  const save = useDraftStore((state) => state.save);
  const count = useDraftStore((state) => state.history.draft.changes.size);
  if (save.kind === 'failed') {
    return (
      <span className="save-state failed" role="alert">
        <AlertTriangle size={15} aria-hidden /> Not saved: {save.message}
        <button type="button" className="btn btn-small" onClick={() => void flushDraft()}>
          Save again
        </button>
      </span>
    );
  }
  if (save.kind === 'stale') {
    return (
      <span className="save-state failed" role="alert">
        <AlertTriangle size={15} aria-hidden /> {save.message}
        <button type="button" className="btn btn-small" onClick={() => void reloadDraft()}>
          Load what is published
        </button>
      </span>
    );
  }
  return (
    <span className="save-state" role="status">
      {save.kind === 'saved' ? <Check size={15} aria-hidden /> : <CloudUpload size={15} aria-hidden />}
      {save.kind === 'saved' ? (count === 0 ? 'No changes' : 'Draft saved') : 'Saving draft'}
    </span>
  );
}
