import type { PackPlanAnswer, PackResolution } from '@fieldstone/metadata/types/wire.js';
import { useRef, useState } from 'react';
import { ConflictChoice, placeText } from '../plans/ConflictChoice.js';
import { valueText } from '../plans/words.js';
import { KIND_LABELS } from '../shell/places.js';
import { keyOf, openOnes, takeOf, type Choosable, type Chosen } from './choices.js';
import { counted } from './words.js';

type Props = { plan: PackPlanAnswer; chosen: Chosen; onChoose: (chosen: Chosen) => void };

/** Properties that people and a pack both changed, each to be decided, or all that are left at once. */
export function PackConflicts({ plan, chosen, onChoose }: Props) {
  /** Cards begin anew with what was chosen for them. */
  const [round, setRound] = useState(0);
  const title = useRef<HTMLHeadingElement>(null);
  if (plan.conflicts.length === 0) return null;
  const open = openOnes(plan, chosen);
  const rest = open.length === 1 ? 'the last one' : `all ${String(open.length)} left`;
  const decideRest = (take: 'yours' | 'theirs') => {
    setRound(round + 1);
    // The buttons are gone then.
    title.current?.focus();
    onChoose(new Map([...chosen, ...open.map(({ element, path }) => [keyOf({ element, path }), { element, path, take }] as const)]));
  };
  return (
    <section className="stack" aria-labelledby="conflicts-title">
      <div className="row-between pack-conflicts-head">
        <div>
          <h2 id="conflicts-title" ref={title} tabIndex={-1}>
            You and the pack both changed{' '}
            <span className="badge badge-warning">{counted(plan.conflicts.length, 'property', 'properties')}</span>
          </h2>
          <p className="muted small">
            They decide what data means or who may do what, so somebody has to choose. A decision is remembered for the next upgrades.
          </p>
        </div>
        {open.length > 0 && (
          <div className="row">
            <button type="button" className="btn btn-small" onClick={() => decideRest('yours')}>
              Keep yours in {rest}
            </button>
            <button type="button" className="btn btn-small" onClick={() => decideRest('theirs')}>
              Take theirs in {rest}
            </button>
          </div>
        )}
      </div>
      <div className="conflict-list">
        {plan.conflicts.map((conflict) => (
          <PackChoice
            key={`${keyOf(conflict)} ${String(round)}`}
            one={conflict}
            take={takeOf(plan, chosen, conflict)}
            value={valueOf(chosen.get(keyOf(conflict)), conflict.value)}
            onDecide={(resolution) => onChoose(new Map([...chosen, [keyOf(resolution), resolution]]))}
          >
            {conflict.remembered && !chosen.has(keyOf(conflict)) && <p className="muted small">As decided at an earlier upgrade.</p>}
          </PackChoice>
        ))}
      </div>
    </section>
  );
}

const valueOf = (resolution: PackResolution | undefined, shown: unknown): unknown =>
  resolution?.take === 'value' ? resolution.value : resolution === undefined ? shown : undefined;

type ChoiceProps = {
  one: Choosable;
  take: 'yours' | 'theirs' | 'value' | undefined;
  value: unknown;
  onDecide: (resolution: PackResolution) => void;
  children?: React.ReactNode;
};

/** What the pack had, what people made of it, what the pack makes of it, and the choice. */
export function PackChoice({ one, take, value, onDecide, children }: ChoiceProps) {
  const { kind, element, name, path, base, yours, theirs } = one;
  const decide = (resolution: PackResolution): undefined => {
    onDecide(resolution);
  };
  return (
    <ConflictChoice<'yours' | 'theirs'>
      title={`${KIND_LABELS[kind]} ${name}: ${placeText(path)}`}
      about={
        <p>
          The pack had <code className="conflict-value">{valueText(base)}</code>
        </p>
      }
      sides={[
        { take: 'yours', label: 'Yours', text: valueText(yours) },
        { take: 'theirs', label: 'Theirs', text: valueText(theirs) },
      ]}
      take={take}
      start={value ?? yours ?? theirs ?? null}
      onTake={(side) => decide({ element, path, take: side })}
      onValue={(own) => decide({ element, path, take: 'value', value: own })}
    >
      {take === 'value' && value !== undefined && (
        <p className="small">
          It gets <code className="conflict-value">{valueText(value)}</code>
        </p>
      )}
      {children}
    </ConflictChoice>
  );
}
