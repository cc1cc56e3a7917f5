import { isEqual, type Draft } from './draft.js';

/** One done command: what it was called and the draft after it. */
export type Step = {
  readonly label: string;
  readonly before: Draft['changes'];
  readonly after: Draft['changes'];
  readonly merge?: string;
  readonly at: number;
};

/** Command log of a draft. `done` is oldest first; `undone` has the next redo last. */
export type History = { readonly draft: Draft; readonly done: readonly Step[]; readonly undone: readonly Step[] };

/** Commands with the same `merge` key that follow each other within this time are one step: dragging, typing. */
const MERGE_WINDOW_MS = 1_200;
/** Older steps are forgotten; the draft itself keeps their effect. */
const MAX_STEPS = 200;

export const startHistory = (draft: Draft): History => ({ draft, done: [], undone: [] });

export type Command = (draft: Draft) => Draft;

/** Runs a command and logs it. A command without effect leaves no step. */
export function run(history: History, label: string, command: Command, options: { merge?: string; now: number }): History {
  const next = command(history.draft);
  if (next.changes === history.draft.changes) return history;
  const last = history.done.at(-1);
  const joins = options.merge !== undefined && last?.merge === options.merge && options.now - last.at < MERGE_WINDOW_MS;
  const step: Step = {
    label,
    before: joins ? last.before : history.draft.changes,
    after: next.changes,
    at: options.now,
    ...(options.merge === undefined ? {} : { merge: options.merge }),
  };
  const kept = joins ? history.done.slice(0, -1) : history.done;
  return { draft: next, done: [...kept, step].slice(-MAX_STEPS), undone: [] };
}

export function undo(history: History): History {
  const step = history.done.at(-1);
  if (step === undefined) return history;
  const changes = replay(history.draft.changes, step.after, step.before);
  return { draft: { ...history.draft, changes }, done: history.done.slice(0, -1), undone: [...history.undone, step] };
}

export function redo(history: History): History {
  const step = history.undone.at(-1);
  if (step === undefined) return history;
  const changes = replay(history.draft.changes, step.before, step.after);
  return { draft: { ...history.draft, changes }, done: [...history.done, step], undone: history.undone.slice(0, -1) };
}

/** Does to the elements of one step what it did, and to no others: somebody else may have changed those in the meantime, or these. */
function replay(current: Draft['changes'], from: Draft['changes'], to: Draft['changes']): Draft['changes'] {
  const changes = new Map(current);
  for (const id of new Set([...from.keys(), ...to.keys()])) {
    const isMeant = !isSame(from, to, id) && isSame(current, from, id);
    if (!isMeant) continue;
    const wanted = to.get(id);
    if (wanted === undefined) changes.delete(id);
    else changes.set(id, wanted);
  }
  return changes;
}

const isSame = (one: Draft['changes'], other: Draft['changes'], id: string): boolean =>
  one.has(id) === other.has(id) && isEqual(one.get(id), other.get(id));
