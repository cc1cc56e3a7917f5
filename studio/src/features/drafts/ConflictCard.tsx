import type { DraftConflict } from '@fieldstone/metadata/types/wire.js';
import type { NewDecision } from '../../api/drafts.js';
import { ConflictChoice, placeText } from '../plans/ConflictChoice.js';
import { valueText } from '../plans/words.js';
import { KIND_LABELS } from '../shell/places.js';

type Props = { conflict: DraftConflict; isReadOnly: boolean; onDecide: (decision: NewDecision) => Promise<string | undefined> };

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** One property with the value it had, theirs and mine, and the choice between them. */
export function ConflictCard({ conflict, isReadOnly, onDecide }: Props) {
  const { kind, name, id, path, published, decision } = conflict;
  return (
    <ConflictChoice<'theirs' | 'mine'>
      title={`${KIND_LABELS[kind]} ${name}: ${placeText(path)}`}
      about={
        <p>
          {published !== null && (
            <>
              {published.by || 'The installation'} published revision {published.revision} on{' '}
              <time dateTime={published.at}>{when.format(new Date(published.at))}</time>
              {published.comment === '' ? '. ' : `: “${published.comment}”. `}
            </>
          )}
          It was <code className="conflict-value">{sideText(conflict, 'base')}</code>
        </p>
      }
      sides={[
        { take: 'theirs', label: 'Theirs', text: sideText(conflict, 'theirs') },
        { take: 'mine', label: 'Mine', text: sideText(conflict, 'mine') },
      ]}
      take={decision?.take}
      start={path === '' ? undefined : startOf(conflict)}
      isReadOnly={isReadOnly}
      onTake={(take) => onDecide({ id, path, take })}
      onValue={(value) => onDecide({ id, path, take: 'value', value })}
    >
      {decision !== null && (
        <p className="muted small">
          Decided by {decision.by}: {decision.take === 'value' ? valueText(decision.value) : decision.take}.
        </p>
      )}
    </ConflictChoice>
  );
}

const sideText = (conflict: DraftConflict, side: 'base' | 'theirs' | 'mine'): string => {
  if (!(side in conflict)) return conflict.path === '' ? '(removed)' : '(nothing)';
  return conflict.path === '' ? '(as changed)' : valueText(conflict[side]);
};

const startOf = ({ decision, mine, theirs }: DraftConflict): unknown =>
  (decision?.take === 'value' ? decision.value : (mine ?? theirs)) ?? null;
