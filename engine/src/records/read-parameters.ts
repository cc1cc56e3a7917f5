import { malformed, type Issue } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import { limitExceeded, LIMITS, type RequestLimit } from '../model/limits.js';
import type { SortLevel } from '../store/ordered-select.js';
import { told, type Told } from '../texts/told.js';

/** "-amount,name" to levels. */
export const parseSort = (text: string): SortLevel[] =>
  names(text).map((name) => (name.startsWith('-') ? { field: name.slice(1), direction: 'desc' } : { field: name, direction: 'asc' }));

const names = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Reads the same parameters once, for as long as they are remembered as that very map: addresses repeat. */
export function readOnce<T>(read: (given: ReadonlyMap<string, unknown>) => T): (given: ReadonlyMap<string, unknown>) => T {
  const known = new WeakMap<ReadonlyMap<string, unknown>, T>();
  return (given) => {
    let query = known.get(given);
    if (query === undefined) known.set(given, (query = read(given)));
    return query;
  };
}

/** Collects what is wrong with the parameters of one call, to say it all at once. */
export class ParameterReader {
  readonly issues: Issue[] = [];
  readonly #given: ReadonlyMap<string, unknown>;
  /** JSON Pointer to where the parameters stand in what the caller sent. */
  readonly #at: string;

  constructor(given: ReadonlyMap<string, unknown>, at = '') {
    this.#given = given;
    this.#at = at;
  }

  known(allowed: readonly string[]): void {
    for (const name of this.#given.keys()) {
      if (!allowed.includes(name)) this.#issue(name.slice(0, 100), 'unknown_parameter', told('list.unknown_parameter'));
    }
  }
  text(name: string): string | undefined {
    const value = this.#given.get(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') this.#issue(name, 'not_text', told('list.not_text'));
    // Nothing that is stored holds it, and the database takes no such text.
    else if (value.includes('\u0000')) this.#issue(name, 'bad_characters', told('value.bad_characters'));
    else return value;
    return undefined;
  }
  list(name: string): string[] | undefined {
    const value = this.#given.get(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return names(value);
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    this.#issue(name, 'not_a_list', told('list.not_names'));
    return undefined;
  }
  integer(name: string, limit: RequestLimit): number | undefined {
    const value = this.#given.get(name);
    if (value === undefined || value === null) return undefined;
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 1) {
      this.#issue(name, 'not_a_count', told('list.not_a_count'));
      return undefined;
    }
    if (number > LIMITS[limit].max) throw limitExceeded(limit, number, this.#at + pointer(name));
    return number;
  }
  choice<const T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.#given.get(name);
    if (value === undefined || value === null) return undefined;
    const choice = choices.find((item) => item === value);
    if (choice === undefined) this.#issue(name, 'not_a_choice', told('list.not_a_choice', { choices: choices.join(', ') }));
    return choice;
  }
  json(name: string): unknown {
    const value = this.#given.get(name);
    if (typeof value !== 'string') return value ?? undefined;
    if (value.length > LIMITS.filter_characters.max) throw limitExceeded('filter_characters', value.length, this.#at + pointer(name));
    try {
      return JSON.parse(value) as unknown;
    } catch {
      this.#issue(name, 'not_json', told('list.not_json'));
      return undefined;
    }
  }
  refuse(name: string, code: string, text: Told): void {
    this.#issue(name, code, text);
  }
  done(): void {
    if (this.issues.length > 0) throw malformed(told('list.parameters'), this.issues);
  }

  #issue(name: string, code: string, text: Told): void {
    this.issues.push({ path: this.#at + pointer(name), code, ...text });
  }
}

/** Leaves out what is undefined, so that optional members are absent rather than undefined. */
export function present<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** The order that parameter `sort` asks for. */
export function sortOf(read: ParameterReader): SortLevel[] | undefined {
  const list = read.list('sort');
  return list === undefined || list.length === 0 ? undefined : parseSort(list.join(','));
}
