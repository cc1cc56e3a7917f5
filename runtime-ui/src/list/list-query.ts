import type { ConditionJson, ViewDocument } from '@fieldstone/metadata/types/documents.js';
import type { ScreenObject } from '@fieldstone/metadata/types/wire.js';
import type { SortLevel, UrlState } from '../app/url-state.js';
import { fieldScreen } from '../fields/registry.js';
import { filtersToCondition } from '../model/filters.js';
import { fieldAt, type Screen } from '../model/screen.js';

/** Columns of a view; an object without a list view shows its first fields. */
export function columnPaths(object: ScreenObject, view: ViewDocument | undefined): { field: string; width?: number | undefined }[] {
  if (view?.columns && view.columns.length > 0) return view.columns;
  const own = object.fields.filter((field) => !field.system && field.name !== object.nameField && !fieldScreen(field).isWide);
  return [object.nameField, ...own.slice(0, 6).map((field) => field.name)].map((field) => ({ field }));
}

/** The filter of the view and those the person added: both must hold. */
export function conditionOf(view: ViewDocument | undefined, state: UrlState, timeZone: string): ConditionJson | undefined {
  const parts = [view?.filter, filtersToCondition(state.filter, timeZone)].filter((part) => part !== undefined);
  return parts.length > 1 ? { and: parts } : parts[0];
}

/** The order in use: the person's, or the view's; only over fields the caller may read and sort by. */
export function sortOf(screen: Screen, object: ScreenObject, view: ViewDocument | undefined, state: UrlState): readonly SortLevel[] {
  const levels = state.sort.length > 0 ? state.sort : (view?.sort ?? []);
  return levels.filter((level) => fieldAt(screen, object.name, level.field)?.field.sortable);
}

/** Order after a head was chosen: ascending, descending, none; with Shift as a further level. */
export function nextSort(levels: readonly SortLevel[], field: string, add: boolean): SortLevel[] {
  const at = levels.findIndex((level) => level.field === field);
  const before = levels[at];
  const next: SortLevel | undefined =
    before === undefined ? { field, direction: 'asc' } : before.direction === 'asc' ? { field, direction: 'desc' } : undefined;
  if (!add) return next ? [next] : [];
  if (at < 0) return next ? [...levels, next].slice(-3) : [...levels];
  return next ? levels.with(at, next) : levels.filter((_, index) => index !== at);
}
