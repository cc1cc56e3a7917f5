import type { en } from './en.js';

export type TextKey = keyof typeof en;

/** A decimal of any length, such as the bound of a field. */
export type Amount = { readonly decimal: string };
/** Names in a row, in quotation marks: “A”, “B” or “C”. A long row is cut. */
export type Names = { readonly names: readonly string[]; readonly join: 'and' | 'or' };
/** A value put into a text: numbers and lists are written as the reader's language writes them, a sentence is said in it. */
export type Value = string | number | Sentence | Amount | Names;

/** A text of the catalogue with its values: what is said, without the language it is said in. */
export type Sentence = { readonly key: TextKey; readonly values: Readonly<Record<string, Value>> };

type Places<T> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Places<Rest> : never;
type Forms<T> = T extends string ? T : T[keyof T];

/** The values that a text needs, by the names of its places. */
export type ValuesOf<Key extends TextKey> = { readonly [Name in Places<Forms<(typeof en)[Key]>>]: Value };
/** Nothing for a text without places. */
export type Given<Key extends TextKey> = keyof ValuesOf<Key> extends never ? readonly [] : readonly [values: ValuesOf<Key>];
