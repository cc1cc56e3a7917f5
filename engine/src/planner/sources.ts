import { fieldType } from '../fields/registry.js';
import { fileOf } from '../model/problems.js';
import type { FieldModel, Model, SourceDocument } from '../model/types.js';

const indexes = new WeakMap<Model, ReadonlyMap<string, SourceDocument>>();

/** The document an element is made from. A plan asks for thousands, so each model is gone through once. */
export function sourceOf(model: Model, elementId: string): SourceDocument | undefined {
  let index = indexes.get(model);
  if (index === undefined) {
    index = new Map(model.sources.flatMap((source) => ('id' in source.document ? [[source.document.id, source] as const] : [])));
    indexes.set(model, index);
  }
  return index.get(elementId);
}

export const placeOf = (source: SourceDocument): { file: string } => ({ file: fileOf(source) });

/** Type of the first column of a field. */
export const pgTypeOf = (field: FieldModel): string => fieldType(field.type).columns(field.options)[0]?.pgType ?? 'text';
