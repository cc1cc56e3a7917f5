type Json = Readonly<Record<string, unknown>>;

/** Elements of the metadata of a test, with what has to be said of each. */
export const objectOf = (name: string, nameField: string, more: Json = {}): Json => ({
  ...{ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: `${name}s`, nameField },
  ...more,
});
export const fieldOf = (object: string, name: string, type: string, more: Json = {}): Json => ({
  ...{ kind: 'field', id: `fld_${object}_${name}`, object, name, label: name, type },
  ...more,
});
export const inverse = (name: string): Json => ({ inverse: { name, label: name } });
