import type { Schema } from './schema.js';

/** An answer that is no JSON: nothing, or bytes of these media types. */
export type Unstructured = { readonly media: readonly string[] };

/**
 * What a route takes and gives.
 *
 * Shape: `query` are parameters of the address, `headers` what they are for by name. `body` is the JSON that is sent, null when none is read; a call
 *        that reads may leave it out. `optionalBody` says that it may be missing. `answers` are those of calls that succeed, by status.
 */
export type Exchange = {
  readonly query?: Readonly<Record<string, Schema>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Schema | Unstructured | null;
  readonly optionalBody?: true;
  readonly answers: Readonly<Record<number, Schema | Unstructured>>;
};

/** Of routes that are written out for each object, and for each of its actions: by their API names, in which their schemas are named. */
export type ExchangeOf = (object: string, action?: string) => Exchange;

export const nothing: Unstructured = { media: [] };
export const bytes = (...media: readonly string[]): Unstructured => ({ media });
export const isUnstructured = (answer: Schema | Unstructured): answer is Unstructured => Array.isArray(answer['media' as never]);

/** A call that answers with 200 and this. */
export const gives = (schema: Schema, more: Omit<Exchange, 'answers'> = {}): Exchange => ({ ...more, answers: { 200: schema } });
/** A call that makes something: 201. */
export const makes = (schema: Schema, more: Omit<Exchange, 'answers'> = {}): Exchange => ({ ...more, answers: { 201: schema } });
/** A call that is done without a word: 204. */
export const does = (more: Omit<Exchange, 'answers'> = {}): Exchange => ({ ...more, answers: { 204: nothing } });
