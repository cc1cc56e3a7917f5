import type { PackNote, PackPlanAnswer, PackResolution } from '@fieldstone/metadata/types/wire.js';
import { useState } from 'react';
import { CheckField } from '../../ui/Field.js';
import { keyOf, looksOf, takeOf, type Chosen } from './choices.js';
import { PackChoice } from './PackConflicts.js';
import { counted } from './words.js';

type Props = { plan: PackPlanAnswer; chosen: Chosen; onChoose: (chosen: Chosen) => void };

/** Lists that are longer begin closed. */
const SHORT = 12;

/** What the merge does by itself: what stays and why, what goes and with how many records, and looks that both changed. */
export function PackNotes({ plan, chosen, onChoose }: Props) {
  const of = (...codes: PackNote['code'][]) => plan.notes.filter(({ code }) => codes.includes(code));
  const isLeaving = plan.action === 'uninstall';
  const going = of('retires').sort((a, b) => (b.records ?? 0) - (a.records ?? 0));
  const records = going.reduce((sum, note) => sum + (note.records ?? 0), 0);
  const looks = of('kept_yours', 'decided').filter(({ choice }) => choice !== undefined);
  const rest = [...of('adopted', 'renamed', 'loaded_before'), ...of('kept_yours', 'decided').filter(({ choice }) => choice === undefined)];
  return (
    <>
      <NoteList
        title={isLeaving ? 'What stays and becomes yours, and why' : 'The pack drops it, you keep it'}
        notes={of('becomes_yours')}
      />
      <NoteList
        title={isLeaving ? 'What goes' : 'What the pack drops'}
        about={
          records === 0
            ? 'Nothing is deleted.'
            : `${counted(records, 'record is', 'records are')} no longer seen. Nothing is deleted: they are back when it comes again.`
        }
        notes={going}
      />
      {looks.length > 0 && (
        <section className="card" aria-label="Looks that both changed">
          <details open={looks.length <= 2}>
            <summary className="card-head">
              <h2>
                Looks that both changed <span className="badge">{looks.length}</span>
              </h2>
              <span className="muted small">Yours stays unless you choose otherwise.</span>
            </summary>
            <div className="card-body conflict-list">
              {looks.flatMap((note) =>
                looksOf(note).map((one) => (
                  <PackChoice
                    key={keyOf(one)}
                    one={one}
                    take={takeOf(plan, chosen, one)}
                    value={ownValue(chosen, note)}
                    onDecide={(resolution) => onChoose(withChoice(chosen, note, resolution))}
                  />
                )),
              )}
            </div>
          </details>
        </section>
      )}
      <Retired notes={of('stays_retired')} chosen={chosen} onChoose={onChoose} />
      <NoteList title="Good to know" notes={rest} />
    </>
  );
}

const ownValue = (chosen: Chosen, note: PackNote): unknown => {
  const here = chosen.get(keyOf(note));
  return here === undefined ? note.choice?.value : here.take === 'value' ? here.value : undefined;
};

/** Yours is what happens by itself, so it is not said. */
function withChoice(chosen: Chosen, note: PackNote, resolution: PackResolution): Chosen {
  const next = new Map(chosen);
  if (resolution.take === 'yours') next.delete(keyOf(note));
  else next.set(keyOf(note), resolution);
  return next;
}

function NoteList({ title, about, notes }: { title: string; about?: string; notes: readonly PackNote[] }) {
  if (notes.length === 0) return null;
  return (
    <section className="card" aria-label={title}>
      <details open={notes.length <= SHORT}>
        <summary className="card-head">
          <h2>
            {title} <span className="badge">{notes.length}</span>
          </h2>
          {about !== undefined && <span className="muted small">{about}</span>}
        </summary>
        <ul className="card-body stack-2">
          {notes.map((note) => (
            <li key={keyOf(note)}>
              {note.message} {note.records !== undefined && note.records > 0 && <b>{counted(note.records, 'record', 'records')}</b>}
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

/** Elements that people retired and the new version still has: one can be taken back with it. */
function Retired({ notes, chosen, onChoose }: { notes: readonly PackNote[] } & Omit<Props, 'plan'>) {
  // One that is brought back is no note of the next plan; it stays in the list to be put away again.
  const [seen, setSeen] = useState<ReadonlyMap<string, PackNote>>(new Map());
  const fresh = notes.filter((note) => !seen.has(note.element));
  if (fresh.length > 0) setSeen(new Map([...seen, ...fresh.map((note) => [note.element, note] as const)]));
  const list = [...seen.values()].filter((note) => chosen.has(keyOf(note)) || notes.some(({ element }) => element === note.element));
  if (list.length === 0) return null;
  const bring = (note: PackNote, isOn: boolean) => {
    const next = new Map(chosen);
    if (isOn) next.set(keyOf(note), { element: note.element, path: '', take: 'theirs' });
    else next.delete(keyOf(note));
    onChoose(next);
  };
  return (
    <section className="card" aria-label="What you retired">
      <div className="card-head">
        <h2>
          What you retired <span className="badge">{list.length}</span>
        </h2>
        <span className="muted small">It stays retired unless you bring it back.</span>
      </div>
      <ul className="card-body stack-2">
        {list.map((note) => (
          <li key={note.element}>
            <CheckField
              checked={chosen.has(keyOf(note))}
              onChange={(isOn) => bring(note, isOn)}
              label={`Bring back ${note.name}`}
              hint={note.message}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
