import { fieldType } from '../fields/registry.js';
import type { FormerField } from '../fields/field-type.js';
import { quote } from '../kernel/statement.js';
import type { FieldModel, Model } from '../model/types.js';
import type { BindingRow } from './bindings.js';

/** A field that existing records get a value in, from fields of before. */
export type Taking = {
  readonly field: FieldModel;
  readonly table: string;
  /** Quoted columns of the field, with what they get. */
  /** Fields of before, by id, with SQL that gives those of their values that are not taken, because another field was asked first. */
  readonly left: ReadonlyMap<string, string>;
  readonly set: readonly { readonly name: string; readonly sql: string }[];
};

type Input = { readonly from: Model | null; readonly to: Model; readonly bindings: readonly BindingRow[] };

/**
 * What is to be taken with this change: fields whose `takesFrom` is new, or names other fields than before, as far as the model before has them.
 *
 * Shape:  `placed` are the bindings as they will be. A field of before is found by its id, whatever it is called and whether it stays.
 * Source: docs/decisions/0033-fields-take-from-fields-of-before.md.
 */
export function takingsOf({ from, to, bindings }: Input, placed: readonly BindingRow[]): Taking[] {
  const before = new Map(
    [...(from?.objects.values() ?? [])].flatMap((object) => [...object.fields.values()]).map((field) => [field.id, field]),
  );
  const rows = new Map(bindings.map((row) => [row.elementId, row]));
  const places = new Map(placed.map((row) => [row.elementId, row]));
  const former = (id: string, table: string): FormerField | undefined => {
    const [field, row] = [before.get(id), rows.get(id)];
    if (!field || row?.table !== table || row.columns.length === 0) return undefined;
    const columns = row.columns.map(({ suffix }) => quote(`${row.column ?? ''}${suffix}`));
    return { type: field.type, columns, targetId: field.target === undefined ? undefined : from?.objects.get(field.target)?.id };
  };
  return [...to.objects.values()].flatMap((object) =>
    [...object.fields.values()].flatMap((field): Taking[] => {
      const { takesFrom } = field.options;
      const place = places.get(field.id);
      const isKnown = JSON.stringify(before.get(field.id)?.options.takesFrom) === JSON.stringify(takesFrom);
      if (takesFrom === undefined || isKnown || field.system || place === undefined || place.columns.length === 0) return [];
      const sources = new Map(
        Object.entries(takesFrom).flatMap(([key, id]): [string, FormerField][] => {
          const found = id === field.id ? undefined : former(id, place.table);
          return found === undefined ? [] : [[key, found]];
        }),
      );
      if (sources.size === 0) return [];
      const values = (fieldType(field.type).gather ?? likeItself(field))(sources);
      if (values === undefined) return [];
      const set = place.columns.map(({ suffix, pgType }) => ({
        name: quote(`${place.column ?? ''}${suffix}`),
        sql: values[suffix] ?? `null::${pgType}`,
      }));
      return [{ field, table: place.table, left: leftBy(field, takesFrom, sources), set }];
    }),
  );
}

function leftBy(field: FieldModel, takesFrom: object, sources: ReadonlyMap<string, FormerField>): Map<string, string> {
  const { parts, link } = fieldType(field.type);
  const takesAll = parts !== undefined || link === 'many';
  const left = new Map<string, string>();
  const asked: string[] = [];
  for (const [key, id] of Object.entries(takesFrom) as [string, string][]) {
    const [column] = sources.get(key)?.columns ?? [];
    if (column === undefined) continue;
    const isPassed = asked.map((each) => `${each} is not null`).join(' or ');
    left.set(id, takesAll || isPassed === '' ? 'null' : `case when ${isPassed} then ${column} end`);
    asked.push(column);
  }
  return left;
}

/** What of the values of former fields is taken by no field, by their ids: 'null' where nothing is left. */
export function leftBehind(takings: readonly Taking[]): ReadonlyMap<string, string> {
  const left = new Map<string, string>();
  for (const [id, sql] of takings.flatMap((taking) => [...taking.left])) if (sql === 'null' || !left.has(id)) left.set(id, sql);
  return left;
}

/** Fields that are stored alike can be taken from as they are. */
const likeItself =
  (field: FieldModel) =>
  (former: ReadonlyMap<string, FormerField>): Readonly<Record<string, string>> | undefined => {
    const specs = fieldType(field.type).columns(field.options);
    const alike = [...former.values()].filter(({ type, columns }) => {
      const [first] = fieldType(type).columns({});
      return columns.length === specs.length && first?.pgType === specs[0]?.pgType;
    });
    return alike.length === 0 || specs.length !== 1
      ? undefined
      : { '': `coalesce(${alike.map(({ columns: [column = 'null'] }) => column).join(', ')})` };
  };
