export type Converted = {
  /** SQL of each column of the new type, by suffix; null where the value can not become one. */
  readonly values: Readonly<Record<string, string>>;
  /** SQL that is true of a value that loses some of what it said: digits, the time of day. */
  readonly shortens?: string;
};

/** `body` with the value of `sql` as `v`. */
export const on = (sql: string, body: string): string => `(select ${body} from (select ${sql} as v) s)`;
