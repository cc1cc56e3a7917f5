import type { ConditionJson } from '@fieldstone/metadata/types/documents.js';
import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import { fieldType } from '../fields/registry.js';
import { pointer } from '../kernel/json-pointer.js';
import { say } from './derive-rule.js';
import type { Linked, Sourced } from './link.js';
import type { Problems } from './problems.js';
import type { Label } from './rule-sentence.js';
import { optionLabel } from './rule-text.js';
import { parseAt, scopeOf } from './scope.js';
import type { FieldModel } from './types.js';

/** A set of states as a document names it: options of a picklist, or a condition about the records a lookup points to. */
export type StateSet = { readonly options?: readonly string[]; readonly where?: ConditionJson };
export type StateSetPlace = { readonly options: string; readonly where: string };

/** States of one process: how they are named, checked and asked for in conditions about the record. */
export class ProcessStates {
  readonly field: FieldModel;
  readonly #linked: Linked;
  readonly #source: Sourced<'process'>;
  readonly #problems: Problems;

  constructor(linked: Linked, source: Sourced<'process'>, field: FieldModel, problems: Problems) {
    this.field = field;
    this.#linked = linked;
    this.#source = source;
    this.#problems = problems;
  }

  get isPicklist(): boolean {
    return fieldType(this.field.type).choice === 'one';
  }

  get codes(): readonly string[] {
    return (this.field.options.options ?? []).map(({ value }) => value);
  }

  label(code: string): Label {
    return optionLabel(this.field, code);
  }

  /** Options in a row. */
  labels(codes: readonly string[], join: 'and' | 'or' = 'or'): { readonly labels: readonly Label[]; readonly join: 'and' | 'or' } {
    return { labels: codes.map((code) => this.label(code)), join };
  }

  /** Checks a set of states: options for a picklist, a condition for a lookup. */
  check(set: StateSet, place: StateSetPlace): void {
    const { options, where } = set;
    if (this.isPicklist && where !== undefined) {
      this.#problems.add(
        this.#source,
        place.where,
        'not_for_type',
        `The states of ${this.field.name} are options; name them in "${place.options.split('/').at(-1) ?? ''}".`,
      );
    }
    if (!this.isPicklist && options !== undefined) {
      const message = `The states of ${this.field.name} are records; describe them in "${place.where.split('/').at(-1) ?? ''}".`;
      this.#problems.add(this.#source, place.options, 'not_for_type', message);
    }
    if (this.isPicklist) {
      for (const [index, code] of (options ?? []).entries()) {
        if (this.codes.includes(code)) continue;
        const message = `There is no option "${code}".${didYouMean(code, this.codes)}`;
        this.#problems.add(this.#source, place.options + pointer(index), 'unknown_option', message);
      }
    } else if (where !== undefined && this.field.target !== undefined) {
      // What lies behind a relation of the linked record can not be said from the record itself.
      const scope = { ...scopeOf(this.#linked, this.field.target, { allow: ['user'] }), relation: () => undefined };
      parseAt(this.#problems, this.#source, place.where, where, scope);
    }
  }

  /** Whether the record is in the set, now or before the change. No condition for the set of all states. */
  isIn({ options, where }: StateSet, when: 'now' | 'before'): ConditionJson | undefined {
    const path = when === 'now' ? this.field.name : `$previous.${this.field.name}`;
    if (options !== undefined) return say.isOneOf(path, options);
    return where === undefined ? undefined : (throughLink(where, path) as ConditionJson);
  }
}

/** A condition about a linked record as one about the record that links to it. */
function throughLink(json: unknown, link: string): unknown {
  if (Array.isArray(json)) return json.map((part) => throughLink(part, link));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]: [string, unknown]) => {
      if (name === 'var' && typeof value === 'string') return [name, value.startsWith('$') ? value : `${link}.${value}`];
      return [name, throughLink(value, link)];
    }),
  );
}
