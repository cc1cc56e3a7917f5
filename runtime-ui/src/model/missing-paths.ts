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
    if (more.length > 0 || typeof value !== 'object' || value === null || !('id' in value) || name in value) continue;
    const entry = missing.get(field) ?? { id: String(value.id), fields: [] };
    entry.fields.push(name);
    missing.set(field, entry);
  }
  return [...missing].map(([field, entry]) => ({ field, ...entry }));
}
