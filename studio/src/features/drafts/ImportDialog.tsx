import type { ChangeSetAnswer } from '@fieldstone/metadata/types/wire.js';
import { AlertTriangle, CheckCircle2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { checkChangeSet, importChangeSet } from '../../api/change-sets.js';
import { ApiError, messageOf } from '../../api/client.js';
import { flushDraft } from '../../api/draft-store.js';
import { reloadDraft } from '../../api/draft-sync.js';
import { Dialog } from '../../ui/Dialog.js';
import { DialogButtons } from '../../ui/DialogButtons.js';
import { TextField } from '../../ui/Field.js';
import { toast } from '../../ui/toasts.js';
import { Differences } from './Differences.js';
import { FileDrop } from './FileDrop.js';

/** What is known of the file that was chosen. */
type Chosen = { readonly file: string; readonly changeSet: unknown; readonly answer: ChangeSetAnswer };
type Refusal = { readonly message: string; readonly issues: readonly { file?: string; path: string; message: string }[] };

/** Makes a draft of a change set of another system, after saying what it would change and what is not as it found it. */
export function ImportDialog({ file, onClose }: { file?: File | undefined; onClose: () => void }) {
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<Chosen>();
  const [refusal, setRefusal] = useState<Refusal>();
  const [name, setName] = useState('');
  const [isBusy, setBusy] = useState(false);

  const refuse = (error: unknown) =>
    setRefusal({ message: messageOf(error), issues: error instanceof ApiError ? (error.problem?.issues ?? []) : [] });
  const read = async (given: File) => {
    setChosen(undefined);
    setRefusal(undefined);
    setBusy(true);
    try {
      const changeSet = parse(await given.text());
      const answer = await checkChangeSet(changeSet);
      setChosen({ file: given.name, changeSet, answer });
      setName(answer.name);
    } catch (error) {
      refuse(error);
    }
    setBusy(false);
  };
  useEffect(() => {
    if (file !== undefined) void read(file);
  }, [file]);

  const isReady =
    chosen !== undefined && chosen.answer.differences.length + chosen.answer.issues.length === 0 && chosen.answer.changes.length > 0;
  const submit = async () => {
    if (!isReady || isBusy) return;
    setBusy(true);
    try {
      await flushDraft();
      const { draft } = await importChangeSet(chosen.changeSet, name.trim() || chosen.answer.name);
      await reloadDraft();
      toast(draft === null ? 'There was nothing to import.' : `${draft.name} is imported. You are working in it now.`);
      onClose();
      void navigate('/review');
    } catch (error) {
      setBusy(false);
      refuse(error);
    }
  };

  return (
    <Dialog
      title="Import changes"
      wide
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <DialogButtons onClose={onClose} disabled={!isReady || isBusy}>
          Import as a draft
        </DialogButtons>
      }
    >
      <div className="stack">
        <FileDrop label="File of a change set" chosen={chosen?.file} onFile={(given) => void read(given)} />
        <div role="status" className="stack">
          {isBusy && <p className="muted">Comparing with what is published here…</p>}
          {refusal !== undefined && <Refused refusal={refusal} />}
          {chosen !== undefined && <About answer={chosen.answer} />}
        </div>
        {isReady && <TextField label="Name of the draft" value={name} onChange={setName} maxLength={80} required />}
      </div>
    </Dialog>
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error('This file is not JSON. Choose one that was exported here or with “fieldstone changes export”.');
  }
}

function Refused({ refusal: { message, issues } }: { refusal: Refusal }) {
  return (
    <div className="note note-danger">
      <AlertTriangle size={16} aria-hidden />
      <div>
        <p>{message}</p>
        <ul>
          {issues.map((issue) => (
            <li key={`${issue.file ?? ''}${issue.path}${issue.message}`} className="import-line">
              <code>
                {issue.file}
                {issue.path}
              </code>
              : {issue.message}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function About({ answer }: { answer: ChangeSetAnswer }) {
  const { name, by, description, differences, issues, changes, packs } = answer;
  return (
    <>
      <div>
        <p>
          <b>{name}</b>
          {by.length > 0 && <span className="muted">, by {by.join(', ')}</span>}
        </p>
        {description !== '' && <p>{description}</p>}
      </div>
      {packs.map((pack) => (
        <p key={pack.name} className="note note-info">
          <AlertTriangle size={16} aria-hidden /> It was made on {pack.name} {pack.expected}; here is {pack.found ?? 'none'}.
        </p>
      ))}
      {differences.length > 0 && <Differences differences={differences} />}
      {issues.length > 0 && <Refused refusal={{ message: 'With it, the metadata would have problems. It can not be imported.', issues }} />}
      {differences.length + issues.length === 0 && changes.length === 0 && (
        <p className="note note-success">
          <CheckCircle2 size={16} aria-hidden /> Everything is here already. There is nothing to import.
        </p>
      )}
      {differences.length + issues.length === 0 && changes.length > 0 && (
        <section aria-label="What changes here">
          <h3>
            {changes.length} {changes.length === 1 ? 'change' : 'changes'}
          </h3>
          <ul className="import-changes">
            {changes.map((change) => (
              <li key={change.id} className="import-line">
                {change.summary}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
