import type { DraftInfo } from '@fieldstone/metadata/types/wire.js';
import { AlertTriangle, FilePenLine, FilePlus2, Upload } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { exportDraft, saveChangeSet } from '../../api/change-sets.js';
import { messageOf } from '../../api/client.js';
import { flushDraft, useDraftStore } from '../../api/draft-store.js';
import { reloadDraft, switchDraft } from '../../api/draft-sync.js';
import { discardDraft, restoreDraft, useDrafts } from '../../api/drafts.js';
import { PageHead } from '../../ui/PageHead.js';
import { Empty, Failure, Loading } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { DraftDialog, type DraftTask } from './DraftDialog.js';
import { ImportDialog } from './ImportDialog.js';
import './drafts.css';

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const SHARING_WORDS = { private: 'Private', view: 'Shared for viewing', edit: 'Shared for editing' } as const;

/** Every draft the person may see: to go on with, to name, to share, to copy and to put away. */
export function DraftsPage() {
  const owner = useDraftStore((state) => state.owner);
  const conflicts = useDraftStore((state) => [...state.details.values()].filter(({ standing }) => standing === 'conflict').length);
  const drafts = useDrafts();
  const [task, setTask] = useState<DraftTask>();
  const [importing, setImporting] = useState<{ file?: File | undefined }>();
  if (drafts.isPending) return <Loading label="Loading the drafts" />;
  const list = drafts.data ?? [];
  const open = list.filter((draft) => draft.discardedAt === null);
  const own = open.filter((draft) => draft.owner.id === owner);
  const shared = open.filter((draft) => draft.owner.id !== owner);
  const away = list.filter((draft) => draft.discardedAt !== null);
  return (
    <div
      className="page"
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes('Files')) event.preventDefault();
      }}
      onDrop={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setImporting({ file: event.dataTransfer.files[0] });
      }}
    >
      <PageHead
        title="Drafts"
        action={
          <div className="row">
            <button type="button" className="btn" onClick={() => setImporting({})}>
              <Upload size={15} aria-hidden /> Import
            </button>
            <button type="button" className="btn btn-primary" onClick={() => setTask({ kind: 'new' })}>
              <FilePlus2 size={15} aria-hidden /> New draft
            </button>
          </div>
        }
      >
        A draft holds edits that nobody sees until they are published. Work in several, and share one to work in it together.
      </PageHead>
      {conflicts > 0 && (
        <div className="note note-warning">
          <AlertTriangle size={16} aria-hidden />
          <p>
            Others published changes of the same properties as this draft. <Link to="/conflicts">Decide which ones hold</Link>.
          </p>
        </div>
      )}
      {drafts.isError && (
        <div className="card">
          <Failure title="The drafts can not be read" message={messageOf(drafts.error)} retry={() => void drafts.refetch()} />
        </div>
      )}
      <Group title="Yours" drafts={own} owner={owner} onTask={setTask} />
      <Group title="Shared by others" drafts={shared} owner={owner} onTask={setTask} />
      <Group title="Discarded, kept for 30 days" drafts={away} owner={owner} onTask={setTask} />
      {list.length === 0 && (
        <div className="card">
          <Empty icon={<FilePenLine size={28} aria-hidden />} title="There is no draft">
            The first edit opens one.
          </Empty>
        </div>
      )}
      {importing !== undefined && <ImportDialog file={importing.file} onClose={() => setImporting(undefined)} />}
      {task !== undefined && <DraftDialog task={task} onClose={() => setTask(undefined)} />}
    </div>
  );
}

type GroupProps = { title: string; drafts: readonly DraftInfo[]; owner: string; onTask: (task: DraftTask) => void };

function Group({ title, drafts, owner, onTask }: GroupProps) {
  if (drafts.length === 0) return null;
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <h2>{title}</h2>
      </div>
      <ul className="card-body stack">
        {drafts.map((draft) => (
          <li key={draft.id} className="draft-row">
            <div className="grow">
              <p>
                <b>{draft.name}</b> {draft.isCurrent && <span className="badge badge-accent">Current</span>}{' '}
                {draft.owner.id === owner ? (
                  draft.sharing !== 'private' && <span className="badge badge-info">{SHARING_WORDS[draft.sharing]}</span>
                ) : (
                  <span className="badge">
                    {draft.owner.name}, {draft.access === 'edit' ? 'for editing' : 'for viewing'}
                  </span>
                )}
              </p>
              {draft.description !== '' && <p>{draft.description}</p>}
              <p className="muted small">
                {draft.changeCount} {draft.changeCount === 1 ? 'change' : 'changes'}, last on{' '}
                <time dateTime={draft.changedAt}>{when.format(new Date(draft.changedAt))}</time>, from revision {draft.baseRevision}
              </p>
            </div>
            <Actions draft={draft} isOwn={draft.owner.id === owner} onTask={onTask} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Actions({ draft, isOwn, onTask }: { draft: DraftInfo; isOwn: boolean; onTask: (task: DraftTask) => void }) {
  const navigate = useNavigate();
  const attempt = (work: () => Promise<unknown>) => void work().catch((error: unknown) => toast(messageOf(error), { tone: 'danger' }));
  const restore = () =>
    attempt(() =>
      flushDraft()
        .then(() => restoreDraft(draft.id))
        .then(reloadDraft),
    );
  if (draft.discardedAt !== null) {
    return (
      <button type="button" className="btn btn-small" aria-label={`Bring back ${draft.name}`} onClick={restore}>
        Bring back
      </button>
    );
  }
  const discard = async () => {
    if (draft.isCurrent) await flushDraft();
    await discardDraft(draft.id);
    await reloadDraft();
    toast(`${draft.name} is discarded.`, draft.changeCount === 0 ? {} : { action: { label: 'Bring back', run: restore } });
  };
  const save = async () => {
    if (draft.isCurrent) await flushDraft();
    saveChangeSet(await exportDraft(draft.id));
  };
  return (
    <div className="row">
      {draft.isCurrent ? (
        <button type="button" className="btn btn-small" onClick={() => void navigate('/review')}>
          Review
        </button>
      ) : (
        <button
          type="button"
          className="btn btn-small"
          aria-label={`Work in ${draft.name}`}
          onClick={() => attempt(() => switchDraft(draft.id))}
        >
          Work in it
        </button>
      )}
      <button
        type="button"
        className="btn btn-small"
        aria-label={`Save ${draft.name} as another draft`}
        onClick={() => onTask({ kind: 'copy', draft })}
      >
        Save as
      </button>
      <button
        type="button"
        className="btn btn-small"
        aria-label={`Export ${draft.name}`}
        disabled={draft.changeCount === 0}
        onClick={() => attempt(save)}
      >
        Export
      </button>
      {isOwn && (
        <>
          <button
            type="button"
            className="btn btn-small"
            aria-label={`Rename or share ${draft.name}`}
            onClick={() => onTask({ kind: 'describe', draft })}
          >
            Rename, share
          </button>
          <button type="button" className="btn btn-small btn-danger" aria-label={`Discard ${draft.name}`} onClick={() => attempt(discard)}>
            Discard
          </button>
        </>
      )}
    </div>
  );
}
