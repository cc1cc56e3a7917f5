import type { DraftConflict } from '@fieldstone/metadata/types/wire.js';
import { useId, useState } from 'react';
import type { NewDecision } from '../../api/drafts.js';
import { AreaField } from '../../ui/Field.js';
import { KIND_LABELS } from '../shell/places.js';
import { valueText } from '../plans/words.js';
import './drafts.css';

type Props = { conflict: DraftConflict; isReadOnly: boolean; onDecide: (decision: NewDecision) => Promise<string | undefined> };
type Take = 'theirs' | 'mine' | 'value';

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** One property with the value it had, theirs and mine, and the choice between them. */
export function ConflictCard({ conflict, isReadOnly, onDecide }: Props) {
  const { kind, name, path, published, decision } = conflict;
  const group = useId();
  const [take, setTake] = useState<Take | undefined>(decision?.take);
  const [text, setText] = useState(() => startText(conflict));
  const [error, setError] = useState<string>();
  const isText = typeof (conflict.mine ?? conflict.theirs) === 'string';

  const choose = async (next: Take) => {
    setTake(next);
    setError(undefined);
    if (next !== 'value') setError(await onDecide({ id: conflict.id, path, take: next }));
  };
  const useValue = async () => {
    const value = isText ? text : parse(text);
    if (value === undefined) setError('Write the value as JSON: a text in double quotes, a number, a list.');
    else setError(await onDecide({ id: conflict.id, path, take: 'value', value }));
  };
  const choice = (value: Take, label: string, detail: React.ReactNode) => (
    <label className="conflict-choice">
      <input type="radio" name={group} checked={take === value} disabled={isReadOnly} onChange={() => void choose(value)} />
      <span className="grow">
        <b>{label}</b>
        {detail}
      </span>
    </label>
  );
  const side = (value: 'base' | 'theirs' | 'mine') => <code className="conflict-value">{sideText(conflict, value)}</code>;
  return (
    <fieldset className="card card-body stack conflict">
      <legend className="conflict-title">
        {KIND_LABELS[kind]} {name}: {placeText(path)}
      </legend>
      <p className="muted small">
        {published !== null && (
          <>
            {published.by || 'The installation'} published revision {published.revision} on{' '}
            <time dateTime={published.at}>{when.format(new Date(published.at))}</time>
            {published.comment === '' ? '. ' : `: “${published.comment}”. `}
          </>
        )}
        It was {side('base')}
      </p>
      {choice('theirs', 'Theirs', side('theirs'))}
      {choice('mine', 'Mine', side('mine'))}
      {path !== '' && choice('value', 'Another value', null)}
      {take === 'value' && path !== '' && (
        <div className="stack-2">
          <AreaField label="Value" rows={isText ? 2 : 5} mono={!isText} value={text} onChange={setText} />
          <div>
            <button type="button" className="btn btn-small" disabled={isReadOnly} onClick={() => void useValue()}>
              Use this value
            </button>
          </div>
        </div>
      )}
      {error !== undefined && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      {decision !== null && (
        <p className="muted small">
          Decided by {decision.by}: {decision.take === 'value' ? valueText(decision.value) : decision.take}.
        </p>
      )}
    </fieldset>
  );
}

const sideText = (conflict: DraftConflict, side: 'base' | 'theirs' | 'mine'): string => {
  if (!(side in conflict)) return conflict.path === '' ? '(removed)' : '(nothing)';
  return conflict.path === '' ? '(as changed)' : valueText(conflict[side]);
};

/** `/options/value=hot/label` as people read it. */
const placeText = (path: string): string =>
  path === ''
    ? 'the whole element'
    : path
        .split('/')
        .slice(1)
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
        .map((part) => (part === '$order' ? 'order' : part.replace(/^[a-z,]+=/, '')))
        .join(' / ');

function startText({ decision, mine, theirs }: DraftConflict): string {
  const value = decision?.take === 'value' ? decision.value : (mine ?? theirs);
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
