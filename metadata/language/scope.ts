import type { ValueType } from './expression.js';

/** What a condition may know of a field. */
export type ScopeField = {
  readonly type: ValueType;
  readonly fieldType: string;
  /** Object a lookup, master_detail, user or id field points to. */
  readonly target?: string;
  /** Objects that a link to one of several may point to. */
  readonly targets?: readonly string[];
  readonly options?: readonly string[];
  /** Parts of a value that has several, such as the city of an address. */
  readonly parts?: ReadonlyMap<string, ValueType>;
};

/** The names a condition may use: the part of the model that it is checked against. */
export type Scope = {
  /** Object of the record being judged. */
  readonly object: string;
  /** `isFar`: of a record that was reached over a link or a relation, and not of the one judged. */
  field(object: string, name: string, isFar?: boolean): ScopeField | undefined;
  /** A relation seen from its target: records of `from` whose field `by` points to the record. */
  relation(object: string, name: string): { readonly from: string; readonly by: string } | undefined;
  /** Which roots besides the record: $previous.x, $record.x, $user.id, the lists of the user ($user.team ...) and {"changed": "x"}. */
  readonly allow: ReadonlySet<'previous' | 'outer' | 'user' | 'people' | 'changed'>;
  /** Object that $record is of. */
  readonly outerObject?: string;
  /** Names of fields and relations of an object, for "did you mean". Left out where the asker may not learn them. */
  names?(object: string): Iterable<string>;
};

/** One problem of a condition. `path` is a JSON Pointer into the condition. */
export type ConditionIssue = { readonly path: string; readonly code: string; readonly message: string };
