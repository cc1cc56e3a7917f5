type Loose<T> = { [K in keyof T]: T[K] | undefined };

/** Leaves out the properties that are undefined: a document says nothing rather than "undefined". */
export function withoutUndefined<T extends object>(value: Loose<T>): T {
  // Only keys whose value may be undefined are dropped, and those are optional in every document type.
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}

/** A copy with some properties set, and those given as undefined removed. */
export function withProperties<T extends object>(document: T, patch: { [K in keyof T]?: T[K] | undefined }): T {
  return withoutUndefined<T>({ ...document, ...patch } as Loose<T>);
}
