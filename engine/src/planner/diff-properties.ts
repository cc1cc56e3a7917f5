import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { pointer } from '../kernel/json-pointer.js';
import { isComposite } from './merge-documents.js';
import { same, type Json } from './merge-values.js';

/** `before` and `after` are null where there is no such property. */
export type PropertyChange = { readonly path: string; readonly before: unknown; readonly after: unknown };

/** Properties in which two documents differ, as deep as a merge would tell them apart. Lists and conditions are values as a whole. */
export const diffProperties = (before: MetadataDocument, after: MetadataDocument): PropertyChange[] =>
  // Documents came as JSON.
  diff(before as unknown as Json, after as unknown as Json, '');

function diff(before: Json | undefined, after: Json | undefined, path: string): PropertyChange[] {
  const was: Json = before ?? null;
  const is: Json = after ?? null;
  if (same(was, is)) return [];
  if (!isComposite(was) || !isComposite(is)) return [{ path, before: was, after: is }];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name) => diff(was[name], is[name], path + pointer(name)));
}
