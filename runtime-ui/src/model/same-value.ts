/** Values of a record by field name, as the API answers them. */
export type Values = Readonly<Record<string, unknown>>;

const isLink = (value: unknown): value is { id: unknown } => typeof value === 'object' && value !== null && 'id' in value;

/** The members of an object in the order of their names; nothing where one is empty. */
const inOrder = (value: object): unknown => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));

/** What two values of a field have to agree in: the id of a lookup, the set of ids of many, amount and currency of money, the codes of a choice. */
export function sameValue(a: unknown, b: unknown): boolean {
  const plain = (value: unknown): unknown => {
    if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return null;
    if (Array.isArray(value)) return value.every(isLink) ? value.map(({ id }) => String(id)).sort() : value;
    if (typeof value !== 'object' || value === null) return value;
    if ('amount' in value && 'currency' in value) return [String(value.amount), value.currency];
    return 'id' in value && 'label' in value ? value.id : inOrder(value);
  };
  const [x, y] = [plain(a), plain(b)];
  return typeof x !== 'object' && typeof y !== 'object' ? String(x) === String(y) : JSON.stringify(x) === JSON.stringify(y);
}
