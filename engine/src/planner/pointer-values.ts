type Json = Readonly<Record<string, unknown>>;
const isPlain = (value: unknown): value is Json => value !== null && typeof value === 'object' && !Array.isArray(value);

const stepsOf = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The value at a JSON Pointer through objects; undefined where there is none. Lists are values as a whole. */
export function valueAt(value: unknown, path: string): unknown {
  let at: unknown = value;
  for (const step of stepsOf(path)) at = isPlain(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  return at;
}

/** A copy with another value at a JSON Pointer; null takes it away. Objects on the way are made. */
export function withValueAt<Document>(document: Document, path: string, value: unknown): Document {
  // The same document with one property changed; its shape is checked when the model is compiled.
  return put(document, stepsOf(path), value) as Document;
}

function put(at: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  const entries = Object.entries(isPlain(at) ? at : {});
  const next = put(isPlain(at) && Object.hasOwn(at, step) ? at[step] : undefined, rest, value);
  const isThere = entries.some(([name]) => name === step);
  const changed = isThere
    ? entries.map(([name, old]): [string, unknown] => [name, name === step ? next : old])
    : [...entries, [step, next] as [string, unknown]];
  // Made from entries, so that a step such as __proto__ is a property like any other.
  return Object.fromEntries(changed.filter(([, item]) => item !== null && item !== undefined));
}
