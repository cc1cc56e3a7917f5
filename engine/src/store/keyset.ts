/** A sort key as it stands in the statement. Null keys come last in both directions. */
export type Key = { readonly sql: string; readonly direction: 'asc' | 'desc'; readonly isNullable: boolean };

/**
 * The condition "comes after the row whose keys are these values" in the order of `keys`.
 *
 * Shape:  `isNull[i]` says whether the value of key i is null; `value(i)` gives its parameter and is asked for no other.
 * Source: (a, b) < (x, y) is one range of an index; a < x or (a = x and b < y) is a filter over everything before it, 149 times dearer at row
 *         100,000. It fits keys of one direction that are never null; else the first key still bounds the range.
 */
export function keysetPredicate(keys: readonly Key[], isNull: readonly boolean[], value: (index: number) => string): string {
  const operator = (key: Key) => (key.direction === 'asc' ? '>' : '<');
  const [first] = keys;
  if (first === undefined) return 'false';
  if (keys.every((key) => !key.isNullable && key.direction === first.direction)) {
    return `(${keys.map(({ sql }) => sql).join(', ')}) ${operator(first)} (${keys.map((_, index) => value(index)).join(', ')})`;
  }
  const after = (index: number): string => {
    const key = keys[index];
    if (key === undefined) return 'false';
    // Nothing comes after null but further nulls, in the order of the next key.
    const past = isNull[index] ? 'false' : `${key.sql} ${operator(key)} ${value(index)}`;
    const beyond = key.isNullable && !isNull[index] ? `${past} or ${key.sql} is null` : past;
    if (index === keys.length - 1) return `(${beyond})`;
    const tied = isNull[index] ? `${key.sql} is null` : `${key.sql} = ${value(index)}`;
    return `(${beyond} or (${tied} and ${after(index + 1)}))`;
  };
  const bound = !first.isNullable && !isNull[0] ? `${first.sql} ${operator(first)}= ${value(0)} and ` : '';
  return `${bound}${after(0)}`;
}
