import { fieldType } from '../fields/registry.js';
import { pointer } from '../kernel/json-pointer.js';
import { MAX_INDEXED_CHARACTERS } from './check-fields.js';
import { unknownField, type LinkedObject } from './link.js';
import type { Problems } from './problems.js';
import type { FieldModel } from './types.js';

/** The indexes of an object on several fields together; each must be on columns that a B-tree can hold, and serve what no other does. */
export function compileIndexes({ source, fields, name, ...object }: LinkedObject, problems: Problems): readonly (readonly string[])[] {
  const indexes = (source?.document.indexes ?? []).map((index) => index.fields);
  if (source === undefined) return [];
  for (const [number, names] of indexes.entries()) {
    for (const [place, field] of names.entries()) {
      const at = pointer('indexes', number, 'fields', place);
      const model = fields.get(field)?.model;
      if (model === undefined) {
        problems.add(source, at, 'unknown_field', unknownField(field, { ...object, name, fields }));
        continue;
      }
      const reason = whyNot(model);
      if (reason !== undefined) problems.add(source, at, 'not_for_type', `"${field}" can not be part of an index: ${reason}`);
    }
    const other = indexes.findIndex(
      (each, index) => index !== number && begins(each, names) && (each.length > names.length || index < number),
    );
    if (other >= 0) {
      const message = `Index ${String(other + 1)} begins with the same fields and serves for this one too.`;
      problems.add(source, pointer('indexes', number), 'duplicate_index', message);
    }
  }
  return indexes;
}

const begins = (whole: readonly string[], part: readonly string[]): boolean => part.every((field, place) => whole[place] === field);

function whyNot({ type, computed, system, options }: FieldModel): string | undefined {
  if (computed !== undefined) return 'it is worked out.';
  if (system) return undefined;
  const { uses, link, memberIndex, isSecret } = fieldType(type);
  if (isSecret === true) return 'it is a secret.';
  if (memberIndex !== undefined || link === 'many') return 'it holds a list.';
  if (link === undefined && !uses.includes('indexed')) return 'values of its type are not indexed.';
  if ((options.maxLength ?? 0) > MAX_INDEXED_CHARACTERS) return `it may be longer than ${String(MAX_INDEXED_CHARACTERS)} characters.`;
  return undefined;
}
