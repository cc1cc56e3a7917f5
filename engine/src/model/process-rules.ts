import type { ProcessDocument } from '@fieldstone/metadata/types/documents.js';
import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import { hasStates } from '../fields/registry.js';
import { pointer } from '../kernel/json-pointer.js';
import { partId } from '@fieldstone/metadata/language/document-texts.js';
import { deriveRules, say, type DerivedRule } from './derive-rule.js';
import { unknownField, type Linked, type LinkedObject, type Sourced } from './link.js';
import type { Problems } from './problems.js';
import type { Label } from './rule-sentence.js';
import { labelOf, ruleSays } from './rule-text.js';
import { typesOfProcess } from './record-types.js';
import { ProcessStates, type StateSet } from './process-states.js';
import { parseAt, scopeOf } from './scope.js';
import type { ValidationModel } from './types.js';

type Transition = NonNullable<ProcessDocument['transitions']>[number];
type Entry = NonNullable<ProcessDocument['enter']>[number];

const setOf = (options: readonly string[] | undefined, where: StateSet['where']): StateSet => ({
  ...(options === undefined ? {} : { options }),
  ...(where === undefined ? {} : { where }),
});
const from = (move: Transition): StateSet => setOf(move.from, move.fromWhere);
const to = (move: Transition | Entry): StateSet => setOf(move.to, move.toWhere);

/**
 * The rules of a process: where a record may begin, which moves are legal and for whom, what a move and a state need.
 *
 * Shape:  for a picklist one rule for each state it can leave, so that the message names the moves there are. Nothing is said about a record whose
 *         state stays as it is.
 */
export function processRules(linked: Linked, object: LinkedObject, source: Sourced<'process'>, problems: Problems): ValidationModel[] {
  const process = source.document;
  const before = problems.issues.length;
  const field = object.fields.get(process.field)?.model;
  if (field === undefined) {
    problems.add(source, '/field', 'unknown_field', unknownField(process.field, object));
    return [];
  }
  if (!hasStates(field)) {
    problems.add(source, '/field', 'not_for_type', 'The states of a process are the options of a picklist or the records of a lookup.');
    return [];
  }
  const states = new ProcessStates(linked, source, field, problems);
  checkProcess(linked, object, source, states, problems);
  if (problems.issues.length > before || process.inactive) return [];
  const rules = [
    ...beginnings(process, states, object),
    ...(process.transitions === undefined ? [] : legalMoves(process.transitions, process, states)),
    ...(process.transitions ?? []).flatMap((move, index) => movesOf(process, move, index, states, linked, object)),
    ...(process.enter ?? []).flatMap((entry, index) => entered(process, entry, index, states, object)),
  ];
  const applies = typesOfProcess(object, process);
  const own = rules.map((rule) => ({ ...rule, errorWhen: say.and(applies, rule.errorWhen) }));
  return deriveRules(linked, object, source, process, own, problems);
}

function checkProcess(linked: Linked, object: LinkedObject, source: Sourced<'process'>, states: ProcessStates, problems: Problems): void {
  const { initial, initialWhere, transitions = [], enter = [] } = source.document;
  const checkFields = (at: string, names: readonly string[] = []) => {
    for (const [index, name] of names.entries())
      if (!object.fields.has(name)) problems.add(source, at + pointer(index), 'unknown_field', unknownField(name, object));
  };
  const roles = linked.byKind.role.map(({ document }) => document.name);
  states.check(setOf(initial, initialWhere), { options: '/initial', where: '/initialWhere' });
  checkIds(source, 'transitions', transitions, problems);
  checkIds(source, 'enter', enter, problems);
  const moves = new Map<string, number>();
  for (const [index, move] of transitions.entries()) {
    const at = pointer('transitions', index);
    states.check(from(move), { options: `${at}/from`, where: `${at}/fromWhere` });
    states.check(to(move), { options: `${at}/to`, where: `${at}/toWhere` });
    if (states.isPicklist && move.to === undefined) {
      problems.add(source, `${at}/to`, 'missing_property', 'Say which options this move leads to.');
    }
    if (move.when !== undefined)
      parseAt(problems, source, `${at}/when`, move.when, scopeOf(linked, object.name, { allow: ['previous', 'changed', 'user'] }));
    checkFields(`${at}/required`, move.required);
    for (const [position, role] of (move.roles ?? []).entries()) {
      if (roles.includes(role)) continue;
      problems.add(source, at + pointer('roles', position), 'unknown_role', `There is no role "${role}".${didYouMean(role, roles)}`);
    }
    if (!states.isPicklist) continue;
    for (const start of move.from ?? states.codes) {
      for (const end of move.to ?? []) {
        const other = moves.get(`${start} ${end}`);
        const message = `The move from "${start}" to "${end}" is described twice, also in /transitions/${String(other)}.`;
        if (start !== end && other !== undefined) problems.add(source, at, 'duplicate_move', message);
        moves.set(`${start} ${end}`, index);
      }
    }
  }
  for (const [index, entry] of enter.entries()) {
    const at = pointer('enter', index);
    states.check(to(entry), { options: `${at}/to`, where: `${at}/toWhere` });
    checkFields(`${at}/required`, entry.required);
  }
}

function checkIds(source: Sourced<'process'>, list: string, items: readonly { readonly id?: string }[], problems: Problems): void {
  const seen = new Set<string>();
  for (const [index, { id }] of items.entries()) {
    if (id === undefined) continue;
    if (seen.has(id)) problems.add(source, pointer(list, index, 'id'), 'duplicate_id', `The id "${id}" is there twice.`);
    seen.add(id);
  }
}

/** A rule about the value of the field itself: screens offer only values that keep it. */
const aboutState = (states: ProcessStates, rule: Pick<DerivedRule, 'errorWhen' | 'says' | 'at' | 'exceptRoles'>): DerivedRule => ({
  ...rule,
  field: states.field.name,
  code: 'move_not_allowed',
  narrows: true,
});

/** A message that the process has itself, at a key of its texts; undefined when the sentence of the engine does. */
const own = ({ id }: ProcessDocument, key: string, text: string | undefined): Label | undefined =>
  text === undefined ? undefined : { of: id, key, text };

function beginnings(process: ProcessDocument, states: ProcessStates, object: LinkedObject): DerivedRule[] {
  const { initial, initialWhere, message } = process;
  const { name } = states.field;
  const field = labelOf(states.field);
  const isInitial = states.isIn(setOf(initial, initialWhere), 'now');
  if (isInitial === undefined) return [];
  const what = labelOf({ id: object.id, label: object.source?.document.label ?? object.name });
  const says =
    initial === undefined
      ? (own(process, 'message', message) ?? ruleSays('rule.begins_not', { object: what, field }))
      : ruleSays('rule.begins', { object: what, field, states: states.labels(initial) });
  const errorWhen = say.and(say.isEmpty(`$previous.${name}`), say.isSet(name), say.not(isInitial));
  return [
    aboutState(states, {
      errorWhen,
      says,
      at: initial ? '/initial' : '/initialWhere',
    }),
  ];
}

/** Moves that no transition describes. Leaving a field empty is none. */
function legalMoves(moves: readonly Transition[], process: ProcessDocument, states: ProcessStates): DerivedRule[] {
  const { name } = states.field;
  const field = labelOf(states.field);
  const authored = own(process, 'message', process.message);
  const was = `$previous.${name}`;
  const at = '/transitions';
  const cleared = aboutState(states, {
    errorWhen: say.and(say.isSet(was), say.isEmpty(name)),
    says: ruleSays('rule.no_clear', { field }),
    at,
  });
  if (!states.isPicklist) {
    const fits = moves.map((move) => say.and(states.isIn(from(move), 'before') ?? say.isSet(was), states.isIn(to(move), 'now'), move.when));
    const labels = moves.flatMap((move, index) => moveLabel(process, move, index) ?? []);
    const says =
      authored ??
      (labels.length === moves.length
        ? ruleSays('rule.no_move_possible', { field, moves: { labels, join: 'or' } })
        : ruleSays('rule.no_move', { field }));
    return [
      cleared,
      aboutState(states, { errorWhen: say.and(say.changed(name), say.isSet(was), say.isSet(name), say.not(say.or(...fits))), says, at }),
    ];
  }
  const byState = states.codes.flatMap((code): DerivedRule[] => {
    const ends = states.codes.filter(
      (end) => end !== code && moves.some((move) => (move.from ?? [code]).includes(code) && move.to?.includes(end)),
    );
    if (ends.length === states.codes.length - 1) return [];
    const state = states.label(code);
    const says =
      authored ??
      (ends.length === 0
        ? ruleSays('rule.final', { field, state })
        : ruleSays('rule.moves', { field, state, states: states.labels(ends) }));
    const errorWhen = say.and(say.is(was, code), say.isSet(name), say.not(say.isOneOf(name, [code, ...ends])));
    return [aboutState(states, { errorWhen, says, at })];
  });
  return [cleared, ...byState];
}

/** What one transition asks of those who make the move. */
function movesOf(
  process: ProcessDocument,
  move: Transition,
  index: number,
  states: ProcessStates,
  linked: Linked,
  object: LinkedObject,
): DerivedRule[] {
  const { name } = states.field;
  const field = labelOf(states.field);
  const authored = own(process, `transitions.${partId(move, index)}.message`, move.message);
  const at = pointer('transitions', index);
  const isMade = say.and(
    say.changed(name),
    states.isIn(from(move), 'before') ?? say.isSet(`$previous.${name}`),
    states.isIn(to(move), 'now') ?? say.isSet(name),
  );
  const title = moveLabel(process, move, index) ?? (move.to === undefined ? ruleSays('rule.this_move', { field }) : states.labels(move.to));
  const rules: DerivedRule[] = [];
  // Where the states are records, a transition that does not hold is simply not one of those that fit.
  if (move.when !== undefined && states.isPicklist) {
    const says = authored ?? ruleSays('rule.move_not_yet', { field, move: title });
    rules.push(aboutState(states, { errorWhen: say.and(isMade, say.not(move.when)), says, at: `${at}/when` }));
  }
  if (move.roles !== undefined) {
    const labels = linked.byKind.role
      .filter(({ document }) => move.roles?.includes(document.name))
      .map(({ document }) => labelOf(document));
    const says = authored ?? ruleSays('rule.move_roles', { field, roles: { labels, join: 'and' } });
    rules.push(aboutState(states, { errorWhen: isMade, says, at: `${at}/roles`, exceptRoles: move.roles }));
  }
  for (const [position, required] of (move.required ?? []).entries()) {
    rules.push({
      errorWhen: say.and(isMade, say.isEmpty(required)),
      says: ruleSays('rule.move_needs', { move: title, field: neededField(object, required) }),
      field: required,
      code: 'required',
      at: at + pointer('required', position),
    });
  }
  return rules;
}

/** What a state asks for: judged when the record comes into it and when one of the fields is emptied, so that older records can be worked on. */
function entered(process: ProcessDocument, entry: Entry, index: number, states: ProcessStates, object: LinkedObject): DerivedRule[] {
  const { name } = states.field;
  const field = labelOf(states.field);
  const authored = own(process, `enter.${partId(entry, index)}.message`, entry.message);
  const isThere = states.isIn(to(entry), 'now') ?? say.isSet(name);
  const asks = (needed: Label) =>
    entry.to === undefined
      ? ruleSays('rule.this_state_needs', { needed, field })
      : ruleSays('rule.state_needs', { needed, field, states: states.labels(entry.to) });
  return entry.required.map((required, position) => ({
    errorWhen: say.and(isThere, say.isEmpty(required), say.or(say.changed(name), say.changed(required))),
    says: authored ?? asks(neededField(object, required)),
    field: required,
    code: 'required',
    at: pointer('enter', index, 'required', position),
  }));
}

const neededField = (object: LinkedObject, name: string): Label => labelOf(object.fields.get(name)?.model ?? { id: '', label: name });

const moveLabel = (process: ProcessDocument, move: Transition, index: number): Label | undefined =>
  own(process, `transitions.${partId(move, index)}`, move.label);
