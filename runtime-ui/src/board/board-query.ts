import type { ViewDocument } from '@fieldstone/metadata/types/documents.js';
import type { Money, ScreenField } from '@fieldstone/metadata/types/wire.js';
import { listRecords, type BoardQuery } from '../api/records.js';
import { sortText, type UrlState } from '../app/url-state.js';
import { formatMoney, formatNumber } from '../fields/format.js';
import { filtersToCondition } from '../model/filters.js';
import type { Screen } from '../model/screen.js';

/** What a board asks for; the view names the axis, the sums and the fields of a card. */
export function boardQuery(screen: Screen, view: ViewDocument, state: UrlState, switcher: string | undefined): BoardQuery {
  return {
    view: view.name,
    switcher,
    q: state.q || undefined,
    filter: filtersToCondition(state.filter, screen.me.timeZone),
    sort: sortText(state.sort) || undefined,
    limit: 40,
  };
}

export type SwitcherChoices = { readonly choices: readonly { value: string; label: string }[]; readonly first: string | undefined };

/**
 * Records a board can be narrowed to, and which one it starts with: the one a new record would get by the field's default, else the first.
 */
export async function readSwitcher(screen: Screen, field: ScreenField): Promise<SwitcherChoices> {
  const target = field.target === undefined ? undefined : screen.object(field.target);
  if (!target?.access.read) return { choices: [], first: undefined };
  const standard = (field as { default?: { $lookup?: { where?: unknown } } }).default?.$lookup?.where;
  // The evaluator is large, and most boards have no switcher.
  const startsWith =
    standard === undefined ? undefined : (await import('../model/start-record.js')).startRecord(screen, target.name, standard);
  const answer = await listRecords(target.name, {
    fields: [...new Set([target.nameField, ...(startsWith?.reads ?? [])])],
    sort: target.nameField,
    limit: 200,
  });
  const preferred = startsWith && answer.data.find((record) => startsWith.meets(record));
  return {
    choices: answer.data.map((record) => ({ value: record.id, label: String(record[target.nameField] ?? '') })),
    first: (preferred ?? answer.data[0])?.id,
  };
}

/** A sum for people, money in whole units. */
export function sumText(screen: Screen, sum: string | readonly Money[] | undefined): string {
  if (sum === undefined) return '';
  if (typeof sum === 'string') return formatNumber(sum, screen.me, { maximumFractionDigits: 2 });
  return sum.map((money) => formatMoney(money, screen.me, { maximumFractionDigits: 0 })).join(' + ');
}
