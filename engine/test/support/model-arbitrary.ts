import fc from 'fast-check';

/** A model of up to three objects with up to four fields each; ids are few, so that elements come, go and come back. */
const fieldShape = fc.record({
  slot: fc.integer({ min: 0, max: 3 }),
  name: fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'omega'),
  required: fc.boolean(),
  unique: fc.boolean(),
  indexed: fc.boolean(),
});
export const modelShape = fc.array(fc.record({ slot: fc.integer({ min: 0, max: 2 }), fields: fc.array(fieldShape, { maxLength: 4 }) }), {
  minLength: 1,
  maxLength: 3,
});
/** The type belongs to the slot: a field keeps its type over the revisions. */
const TYPES = ['text', 'integer', 'currency', 'lookup'] as const;

export type ModelShape = {
  slot: number;
  fields: { slot: number; name: string; required: boolean; unique: boolean; indexed: boolean }[];
}[];

/** The documents of a shape, with those of their pack. */
export function documentsOf(shape: ModelShape): object[] {
  const documents: object[] = [{ kind: 'pack', name: 'small', label: 'Small', version: '1.0.0' }];
  const objects = new Map(shape.map((object) => [object.slot, object]));
  for (const [slot, { fields }] of objects) {
    const name = `thing_${slot}`;
    documents.push({ kind: 'object', id: `obj_thing_${slot}`, name, label: name, pluralLabel: name, nameField: 'title' });
    documents.push({ kind: 'field', id: `fld_title_${slot}`, object: name, name: 'title', label: 'Title', type: 'text' });
    const names = new Set<string>();
    const slots = new Set<number>();
    for (const field of fields) {
      if (names.has(field.name) || slots.has(field.slot)) continue;
      names.add(field.name);
      slots.add(field.slot);
      const type = TYPES[field.slot] ?? 'text';
      documents.push({
        kind: 'field',
        id: `fld_${slot}_${field.slot}`,
        object: name,
        name: field.name,
        label: field.name,
        type,
        required: field.required,
        unique: field.unique && type !== 'currency',
        indexed: field.indexed,
        ...(type === 'lookup' ? { target: name } : {}),
      });
    }
  }
  return documents;
}
