import type { FieldModel, ObjectModel } from '../model/types.js';
import { at, liveRows, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { wordsOf } from './search-condition.js';
import type { SearchTerm } from './search-terms.js';
import { folded, indexedFields, isOfDigits, searchedText } from './search-words.js';

/** A searched field that the caller may read on some records at least, and the quoted column of its text among the texts of a record. */
type Text = { readonly field: FieldModel; readonly column: string };

/** How well a field meets what was asked for, from best to worst. Twice that, and one more for the name of the record, is the rank of a hit. */
export const MATCHES = ['part', 'word', 'prefix', 'exact'] as const;
export type MatchKind = (typeof MATCHES)[number] | 'similar';

/**
 * How one object is searched: SQL of its candidates, each judged by the rows and fields that the caller may read before anything is cut off.
 *
 * Shape:  inputs `phrase` (ways to write all of it, each a value), `begins` (the same as patterns), and of each term `has<n>` (patterns, looked up in
 *         the index one by one as `has<n>_<way>`), `starts<n>` and `near<n>`. Rows (o, id, at, rank, field): `field` is the place of the best one in `texts`.
 */
export class ObjectSearch {
  readonly #scope: QueryScope;
  readonly #terms: readonly SearchTerm[];
  readonly object: ObjectModel;
  readonly texts: readonly Text[];
  /** Which of the objects of the search it is. */
  readonly place: number;

  constructor(scope: QueryScope, object: ObjectModel, place: number, terms: readonly SearchTerm[]) {
    this.#scope = scope;
    this.object = object;
    this.place = place;
    this.#terms = terms;
    this.texts = indexedFields(scope.active, object)
      .filter((field) => scope.readRule(field).kind !== 'none')
      .map((field, index) => ({ field, column: `v."v${index}"` }));
  }

  /** Whether it has a text that words can be like. */
  get hasWords(): boolean {
    return this.#wordy().length > 0;
  }

  /** Records that have every term; `most` of them. */
  matching(most: number): string {
    const lookups = this.#terms.map((_, term) => this.#lookup(term));
    return this.#select(lookups, this.#hasTerms(), this.#rank(), most);
  }

  /** Of these, the records whose name begins with what was asked for. */
  beginning(most: number): string {
    const words = wordsOf(this.#scope, this.object, 'd') ?? 'null';
    const begins = `${words} like any(${this.#input('begins_words', 'text[]')})`;
    return this.#select([begins], this.#hasTerms(), this.#rank(), most);
  }

  /** Records that have something much like every term. */
  similar(most: number): string {
    const words = wordsOf(this.#scope, this.object, 'd') ?? 'null';
    const candidates = this.#terms.map(({ near }, term) =>
      near !== undefined ? `"meta_v"."near"(${this.#input(`near${term}`)}, ${words})` : this.#lookup(term),
    );
    const nearness = ({ column }: Text, term: number) => `coalesce("meta_v"."nearness"(${this.#input(`near${term}`)}, ${column}), 0)`;
    const best = (term: number) =>
      `greatest(${this.#wordy()
        .map((text) => nearness(text, term))
        .join(', ')})`;
    const fuzzy = this.#terms.flatMap(({ near }, term) => (near === undefined ? [] : [term]));
    const decides = this.#terms.map(({ near }, term) => (near === undefined ? this.#anyHas(term) : `${best(term)} >= ${near}`));
    const sum = (text: Text) => fuzzy.map((term) => nearness(text, term)).join(' + ');
    const rank = `(${fuzzy.map(best).join(' + ')}) / ${fuzzy.length}`;
    const field = this.#wordy().map(
      (text) => `when ${sum(text)} = greatest(${this.#wordy().map(sum).join(', ')}) then ${this.texts.indexOf(text)}`,
    );
    return this.#select(candidates, decides.join(' and '), { rank, field: `case ${field.join(' ')} end` }, most);
  }

  #select(candidates: readonly string[], decides: string, { rank, field }: { rank: string; field: string }, most: number): string {
    const scope = this.#scope;
    const read = scope.mayRead(this.object.name, 'd');
    const where = [liveRows(this.object, 'd', scope.params.tenant), ...(read === 'true' ? [] : [read]), ...candidates, `(${decides})`];
    return (
      `select ${this.place} as o, d."id", ${at('d', 'updated_at')} as at, (${rank})::real as rank, ${field} as field ` +
      `from ${tableOf(scope.active, this.object)} d cross join lateral (select ${this.#values()} offset 0) v ` +
      `where ${where.join(' and ')} limit ${most}`
    );
  }

  /** The texts of a record as they are compared: folded, with a space before, and null where the caller may not read them. */
  #values(): string {
    const scope = this.#scope;
    return this.texts
      .map(({ field }, index) => {
        const text = `' ' || ${folded(searchedText(scope.active, field, 'd', (each) => scope.value(each, 'd')))}`;
        const rule = scope.readRule(field);
        return `${rule.kind === 'all' ? text : `case when ${scope.rule(rule, 'd')} then ${text} end`} as "v${index}"`;
      })
      .join(', ');
  }

  #wordy(): readonly Text[] {
    return this.texts.filter(({ field }) => !isOfDigits(field));
  }

  #input(name: string, type = 'text'): string {
    return this.#scope.params.input(name, `::${type}`);
  }

  /** One pattern after the other, since an index by trigrams takes no list of them in every version of Postgres. */
  #lookup(term: number): string {
    const words = wordsOf(this.#scope, this.object, 'd') ?? 'null';
    const ways = Array.from({ length: this.#terms[term]?.ways ?? 0 }, (_, way) => `${words} like ${this.#input(`has${term}_${way}`)}`);
    return ways.length === 1 ? (ways[0] ?? 'false') : `(${ways.join(' or ')})`;
  }

  #has({ field, column }: Text, term: number): string {
    if (!isOfDigits(field)) return `${column} like any(${this.#input(`has${term}`, 'text[]')})`;
    return this.#terms[term]?.isNumber ? `${column} like any(${this.#input(`digits${term}`, 'text[]')})` : 'false';
  }

  #anyHas(term: number): string {
    return `(${this.texts.map((text) => this.#has(text, term)).join(' or ')})`;
  }

  #hasTerms(): string {
    return this.#terms.map((_, term) => this.#anyHas(term)).join(' and ');
  }

  /** The best field, and how well it meets what was asked for. */
  #rank(): { rank: string; field: string } {
    const name = this.object.fields.get(this.object.nameField);
    const marks = this.texts.map((text) => `${this.#mark(text)} * 2${text.field === name ? ' + 1' : ''}`);
    const best = marks.length === 1 ? (marks[0] ?? '0') : `greatest(${marks.join(', ')})`;
    const field = marks.map((mark, index) => `when ${mark} = ${best} then ${index}`);
    return { rank: best, field: marks.length === 1 ? '0' : `case ${field.join(' ')} end` };
  }

  #mark(text: Text): string {
    const { column, field } = text;
    const some = this.#terms.map((_, term) => this.#has(text, term)).join(' or ');
    if (isOfDigits(field)) {
      if (!this.#terms.every(({ isNumber }) => isNumber)) return `case when ${some} then 1 else -1 end`;
      return `case when ${column} like any(${this.#input('ends', 'text[]')}) then 4 when ${some} then 1 else -1 end`;
    }
    const starts = this.#terms.map((_, term) => `${wordsAt(column)} like any(${this.#input(`starts${term}`, 'text[]')})`).join(' and ');
    return (
      `case when ${column} = any(${this.#input('phrase', 'text[]')}) then 4 when ${column} like any(${this.#input('begins', 'text[]')}) then 3 ` +
      `when ${starts} then 2 when ${some} then 1 else -1 end`
    );
  }
}

/** Words begin after these signs too: the second name of Meyer-Schmidt, the domain of an address. */
const wordsAt = (column: string): string => `translate(${column}, '-@._/(+&"', '         ')`;
