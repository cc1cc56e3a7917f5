/** A part of a value that has several: conditions and orders can name it (`billing.city`). */
export type PartInfo = { readonly name: string; readonly label: string; readonly type: 'text' | 'decimal' };

const text = (name: string, label: string): PartInfo => ({ name, label, type: 'text' });
const decimal = (name: string, label: string): PartInfo => ({ name, label, type: 'decimal' });

/** Parts by field type, for the types that have some. */
export const FIELD_PARTS: Readonly<Record<string, readonly PartInfo[]>> = {
  address: [
    text('street', 'Street'),
    text('city', 'City'),
    text('state', 'State'),
    text('postal_code', 'Postal code'),
    text('country', 'Country'),
  ],
  geo_point: [decimal('lat', 'Latitude'), decimal('lng', 'Longitude')],
};

export const partsOf = (type: string): readonly PartInfo[] => (Object.hasOwn(FIELD_PARTS, type) ? (FIELD_PARTS[type] ?? []) : []);

/** Types of the parts by name, as a scope says them; undefined where a value has none. */
export function partTypes(type: string): ReadonlyMap<string, PartInfo['type']> | undefined {
  const parts = partsOf(type);
  return parts.length === 0 ? undefined : new Map(parts.map((part) => [part.name, part.type]));
}
