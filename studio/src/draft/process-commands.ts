import type { ProcessDocument } from '@fieldstone/metadata/types/documents.js';
import { withProperties } from './without-undefined.js';

export type Transition = NonNullable<ProcessDocument['transitions']>[number];
export type Entry = NonNullable<ProcessDocument['enter']>[number];

/** The transition that describes the move between two options of a picklist; undefined when the move is not legal. */
export function transitionOf(process: ProcessDocument, from: string, to: string): Transition | undefined {
  return process.transitions?.find((move) => (move.from ?? [from]).includes(from) && move.to?.includes(to) === true);
}

/** Whether a transition only says that a move is legal. */
const isPlain = ({ id: _id, from: _from, to: _to, ...rest }: Transition): boolean => Object.keys(rest).length === 0;

/** Whether a move is legal under some conditions only. */
export const asks = ({ when, required, roles }: Transition): boolean => when !== undefined || required !== undefined || roles !== undefined;

const withLists = (move: Transition, from: readonly string[], to: readonly string[]): Transition => ({
  ...move,
  from: [...from],
  to: [...to],
});

/** The transitions without one move: what else its transition described stays as it was. */
function without(transitions: readonly Transition[], codes: readonly string[], from: string, to: string): Transition[] {
  return transitions.flatMap((move) => {
    const starts = move.from ?? codes;
    const ends = move.to ?? [];
    if (!starts.includes(from) || !ends.includes(to)) return [move];
    const others = starts.filter((code) => code !== from);
    const rest = ends.filter((code) => code !== to);
    return [...(others.length > 0 ? [withLists(move, others, ends)] : []), ...(rest.length > 0 ? [withLists(move, [from], rest)] : [])];
  });
}

/** Plain moves from one option in one line; lines that lead nowhere else than to the option itself say nothing. */
function tidy(transitions: readonly Transition[], codes: readonly string[]): Transition[] {
  const kept: Transition[] = [];
  for (const move of transitions) {
    const [start, ...more] = move.from ?? [];
    const same = isPlain(move) && more.length === 0 ? kept.findIndex((other) => isPlain(other) && other.from?.join() === start) : -1;
    const other = kept[same];
    if (other === undefined) kept.push(move);
    else
      kept[same] = withLists(
        other,
        [start ?? ''],
        codes.filter((code) => other.to?.includes(code) === true || move.to?.includes(code) === true),
      );
  }
  return kept.filter((move) => !(move.from?.length === 1 && move.to?.every((code) => code === move.from?.[0]) === true));
}

/** Makes the move between two options of a picklist legal, or takes it away. */
export function setMove(process: ProcessDocument, codes: readonly string[], from: string, to: string, isLegal: boolean): ProcessDocument {
  const transitions = process.transitions ?? [];
  if (isLegal === (transitionOf(process, from, to) !== undefined)) return process;
  const next = isLegal ? [...transitions, { from: [from], to: [to] }] : without(transitions, codes, from, to);
  return { ...process, transitions: tidy(next, codes) };
}

/** Changes what one move asks for; the other moves of its transition keep what they asked. */
export function editMove(
  process: ProcessDocument,
  codes: readonly string[],
  from: string,
  to: string,
  patch: { [K in keyof Transition]?: Transition[K] | undefined },
): ProcessDocument {
  const former = transitionOf(process, from, to);
  if (former === undefined) return process;
  const own = withProperties<Transition>({ ...former, from: [from], to: [to] }, patch);
  const isAlone = (former.from ?? codes).length === 1 && former.to?.length === 1;
  const transitions = process.transitions ?? [];
  const next = isAlone ? transitions.map((move) => (move === former ? own : move)) : [...without(transitions, codes, from, to), own];
  return { ...process, transitions: tidy(next, codes) };
}

/** Every move between options, each written out: where a process that allows everything begins to be narrowed. */
export const everyMove = (codes: readonly string[]): Transition[] =>
  codes.length < 2 ? [] : codes.map((from) => ({ from: [from], to: codes.filter((to) => to !== from) }));

type Part = { readonly id?: string; readonly label?: string; readonly message?: string };

/** Moves or requirements, each with an id of its own once it says something to people: that is what its texts are translated under. */
function withIds<T extends Part>(parts: readonly T[], name: string): T[] {
  const given = new Set(parts.map(({ id }) => id));
  const used = new Set<string | undefined>();
  return parts.map((part) => {
    const isFirst = !used.has(part.id);
    used.add(part.id);
    if (part.id !== undefined && isFirst) return part;
    const { id: _id, ...rest } = part;
    // What is left of a move that was split says the same in other places; its translation stays with the first.
    if (part.label === undefined && part.message === undefined) return rest as T;
    let number = 1;
    while (given.has(`${name}_${number}`)) number += 1;
    given.add(`${name}_${number}`);
    return { ...part, id: `${name}_${number}` };
  });
}

/** The process with an id for each of its moves and requirements that has texts. */
export const withPartIds = (process: ProcessDocument): ProcessDocument => ({
  ...process,
  ...(process.transitions === undefined ? {} : { transitions: withIds(process.transitions, 'move') }),
  ...(process.enter === undefined ? {} : { enter: withIds(process.enter, 'need') }),
});

/** Replaces one entry of a list; undefined takes it out. */
export const replaceAt = <T>(list: readonly T[], index: number, item: T | undefined): T[] =>
  list.flatMap((each, at) => (at === index ? (item === undefined ? [] : [item]) : [each]));
