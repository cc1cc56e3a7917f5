import { fieldType } from '../fields/registry.js';
import { fileOf } from '../model/problems.js';
import type { FieldModel, Model, SourceDocument } from '../model/types.js';

/** The document an element is made from. */
export const sourceOf = (model: Model, elementId: string): SourceDocument | undefined =>
  model.sources.find((source) => 'id' in source.document && source.document.id === elementId);

export const placeOf = (source: SourceDocument): { file: string } => ({ file: fileOf(source) });

/** Type of the first column of a field. */
export const pgTypeOf = (field: FieldModel): string => fieldType(field.type).columns(field.options)[0]?.pgType ?? 'text';
