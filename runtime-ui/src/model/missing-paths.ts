import type { Values } from './same-value.js';

export type MissingFields = { readonly field: string; readonly id: string; readonly fields: readonly string[] };

/**
 * Fields of linked records that conditions need and the values do not hold yet: a link that was set by its id alone, as by a move on a
 * board, knows nothing of its target.
 *
 * Shape: `paths` as conditions read them, "stage.is_won"; paths over two links are left to the server.
 */
export function missingPaths(values: Values, paths: readonly string[]): MissingFields[] {
  const missing = new Map<string, { id: string; fields: string[] }>();
  for (const path of paths) {
    const [field = '', name = '', ...more] = path.split('.');
    const value = values[field];
    if (!isLink(value) || isKnown(value, [name, ...more])) continue;
    const entry = missing.get(field) ?? { id: String(value.id), fields: [] };
    entry.fields.push([name, ...more].join('.'));
    missing.set(field, entry);
  }
  return [...missing].map(([field, entry]) => ({ field, ...entry }));
}

type Link = Readonly<Record<string, unknown>> & { readonly id: unknown };

const isLink = (value: unknown): value is Link => typeof value === 'object' && value !== null && 'id' in value;

/** Whether a link carries what lies at the end of a path from it. A link in between that leads nowhere has an end too. */
function isKnown(link: Link, [name = '', ...more]: readonly string[]): boolean {
  if (!(name in link)) return false;
  const value = link[name];
  return more.length === 0 || !isLink(value) || isKnown(value, more);
}
