import type { Hazard } from '../kernel/statement.js';
import type { Place } from './conversion-table.js';
import { convertedFrom, isStale, sourceColumns, type FieldConversion } from './conversions.js';
import type { Facts, Question } from './facts.js';

export function conversionQuestions(conversions: readonly FieldConversion[], place: Place): Question[] {
  return conversions.flatMap((each): Question[] => {
    const { values, shortens } = convertedFrom(each, '', place);
    const [first = 'null'] = sourceColumns(each);
    // A value that was kept is not converted, it is what it was.
    const touched = each.returns ? ` and (${isStale(each, place)})` : '';
    const { table, column } = each.target;
    return [
      { kind: 'rows', table },
      {
        kind: 'conversions',
        table,
        column: column ?? '',
        has: `${first} is not null`,
        lost: `(${values[''] ?? 'null'}) is null${touched}`,
        shortened: `(${shortens ?? 'false'})${touched}`,
      },
    ];
  });
}

/** What converting does to the values, counted. Where there are none, there is nothing to confirm. */
export function conversionHazards(conversions: readonly FieldConversion[], facts: Facts): Hazard[] {
  return conversions.flatMap((each): Hazard[] => {
    const found = facts.conversions.get(each.target.column ?? '');
    if (!found || found.values === 0) return [];
    const { values, lost, shortened, samples } = found;
    const parts = [
      `${each.to.label} becomes ${each.to.type}: ${counted(values - lost, 'value')} of ${String(values)} ${values - lost === 1 ? 'converts' : 'convert'}.`,
      ...(lost > 0
        ? [`${counted(lost, 'record')} will have no value, because ${lost === 1 ? 'its' : 'their'} value does not convert.`]
        : []),
      ...(shortened > 0 ? [`${counted(shortened, 'value')} will be rounded or shortened.`] : []),
      'The former values are kept: returning to this version brings back those that have not been changed since.',
    ];
    return [
      {
        code: `convert:${each.to.id}`,
        message: parts.join(' '),
        risk: 'R3',
        affected: { rows: values },
        conversion: {
          object: each.object,
          field: each.from.name,
          from: each.from.type,
          to: each.to.type,
          values,
          lost,
          shortened,
          samples,
        },
      },
    ];
  });
}

const counted = (count: number, what: string): string => `${String(count)} ${what}${count === 1 ? '' : 's'}`;
