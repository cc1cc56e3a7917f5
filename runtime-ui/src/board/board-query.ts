import type { ViewDocument } from '@fieldstone/metadata/types/documents.js';
import type { Money, ScreenField } from '@fieldstone/metadata/types/wire.js';
import type { BoardQuery } from '../api/records.js';
import { sortText, type UrlState } from '../app/url-state.js';
import { formatDuration, formatMoney, formatNumber } from '../fields/format.js';
import { filtersToCondition } from '../model/filters.js';
import type { Screen } from '../model/screen.js';

/** What a board asks for; the view names the axis, the sums and the fields of a card. */
export function boardQuery(screen: Screen, view: ViewDocument, state: UrlState): BoardQuery {
  return {
    view: view.name,
    ...(view.board?.switcher === undefined ? {} : { switcher: state.switcher || undefined, choices: 'switcher' }),
    q: state.q || undefined,
    filter: filtersToCondition(state.filter, screen.me.timeZone),
    sort: sortText(state.sort) || undefined,
    limit: 40,
  };
}

/** A sum for people, money in whole units. A sum of durations is seconds. */
export function sumText(screen: Screen, { type }: Pick<ScreenField, 'type'>, sum: string | readonly Money[] | undefined): string {
  if (sum === undefined) return '';
  if (type === 'duration') return formatDuration(sum, screen.me);
  if (typeof sum === 'string') return formatNumber(sum, screen.me, { maximumFractionDigits: 2 });
  return sum.map((money) => formatMoney(money, screen.me, { maximumFractionDigits: 0 })).join(' + ');
}
