import { AlertTriangle, Check, CloudUpload, Eye } from 'lucide-react';
import { Link } from 'react-router';
import { flushDraft, useDraftStore } from '../../api/draft-store.js';
import { resolveStale } from '../../api/draft-sync.js';

/** Says at all times whether the edits are safe, and what to do when they are not. */
export function SaveStateLabel() {
  const save = useDraftStore((state) => state.save);
  const isViewed = useDraftStore((state) => state.info?.access === 'view');
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
        <button type="button" className="btn btn-small" onClick={() => void resolveStale(save.id, 'theirs')}>
          Take theirs
        </button>
        <button type="button" className="btn btn-small" onClick={() => void resolveStale(save.id, 'mine')}>
          Keep mine
        </button>
      </span>
    );
  }
  if (save.kind === 'readonly' || isViewed) {
    return (
      <span className="save-state" role={save.kind === 'readonly' ? 'alert' : 'status'}>
        <Eye size={15} aria-hidden /> For viewing only. <Link to="/drafts">Save it as your own</Link>
      </span>
    );
  }
  return (
    <span className="save-state" role="status">
      {save.kind === 'saved' ? <Check size={15} aria-hidden /> : <CloudUpload size={15} aria-hidden />}
      <span className="save-words">{save.kind === 'saved' ? (count === 0 ? 'No changes' : 'Draft saved') : 'Saving draft'}</span>
    </span>
  );
}
