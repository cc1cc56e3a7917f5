/** Values of a record by field name, as the API answers them. */
export type Values = Readonly<Record<string, unknown>>;

/** What two values of a field have to agree in: the id of a lookup, amount and currency of money, the codes of a choice. */
export function sameValue(a: unknown, b: unknown): boolean {
  const plain = (value: unknown): unknown => {
    if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return null;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    if ('amount' in value && 'currency' in value) return [String(value.amount), value.currency];
    return 'id' in value ? value.id : value;
  };
  const [x, y] = [plain(a), plain(b)];
  return typeof x !== 'object' && typeof y !== 'object' ? String(x) === String(y) : JSON.stringify(x) === JSON.stringify(y);
}
