import type { LayoutDocument, ViewDocument } from '@fieldstone/metadata/types/documents.js';
import { fieldType } from '../fields/registry.js';
import type { Model, ObjectModel } from '../model/types.js';
import type { Readable } from './readable.js';

const MAX_COLUMNS = 6;

/** A layout without what the caller may not read. A place whose condition reads hidden values is left out, since nobody could decide it. */
export function layoutFor(layout: LayoutDocument, object: ObjectModel, readable: Readable): LayoutDocument {
  const is = (path: string) => readable.path(object.name, path);
  const decidable = (condition: unknown) => condition === undefined || readable.condition(object.name, condition);
  const { path, highlights, related, ...rest } = layout;
  const sections = layout.sections
    .filter((section) => decidable(section.visible))
    .map((section) => ({
      ...section,
      fields: section.fields
        .filter((entry) => is(entry.field) && decidable(entry.visible))
        .map(({ required, readOnly, ...entry }) => ({
          ...entry,
          ...(required !== undefined && decidable(required) ? { required } : {}),
          ...(readOnly !== undefined && decidable(readOnly) ? { readOnly } : {}),
        })),
    }))
    .filter((section) => section.fields.length > 0);
  const lists = (related ?? [])
    .filter((list) => readable.path(list.object, list.field))
    .map((list) => {
      const { sort, ...shown } = list;
      const kept = sort?.filter((level) => readable.path(list.object, level.field)) ?? [];
      return {
        ...shown,
        columns: list.columns.filter((column) => readable.path(list.object, column)),
        ...(kept.length > 0 ? { sort: kept } : {}),
      };
    })
    .filter((list) => list.columns.length > 0);
  return {
    ...rest,
    sections,
    ...(path !== undefined && is(path) ? { path } : {}),
    ...(highlights ? { highlights: highlights.filter(is) } : {}),
    ...(lists.length > 0 ? { related: lists } : {}),
  };
}

/** A view without what the caller may not read; none where its filter or its board depends on that. */
export function viewFor(view: ViewDocument, object: ObjectModel, readable: Readable): ViewDocument | undefined {
  const is = (path: string) => readable.path(object.name, path);
  if (view.filter !== undefined && !readable.condition(object.name, view.filter)) return undefined;
  const { columns, sort, quickFilters, board, ...rest } = view;
  const shown = columns?.filter((column) => is(column.field));
  if (shown && columns && columns.length > 0 && shown.length === 0) return undefined;
  if (board && !is(board.by)) return undefined;
  const visibleBoard = board && boardFor(board, object, readable);
  if (board && !visibleBoard) return undefined;
  return {
    ...rest,
    ...(shown ? { columns: shown } : {}),
    ...(sort ? { sort: sort.filter((level) => is(level.field)) } : {}),
    ...(quickFilters ? { quickFilters: quickFilters.filter(is) } : {}),
    ...(visibleBoard ? { board: visibleBoard } : {}),
  };
}

function boardFor(board: NonNullable<ViewDocument['board']>, object: ObjectModel, readable: Readable): ViewDocument['board'] | undefined {
  const is = (path: string) => readable.path(object.name, path);
  const { sums, columns, switcher, ...rest } = board;
  const card = board.card.filter(is);
  if (card.length === 0) return undefined;
  const target = object.fields.get(board.by)?.target;
  if (target !== undefined && !readable.object(target)) return undefined;
  if (columns?.where !== undefined && target !== undefined && !readable.condition(target, columns.where)) return undefined;
  const there = (path: string) => target !== undefined && readable.path(target, path);
  const { where, color, sort, details } = columns ?? {};
  return {
    ...rest,
    card,
    ...(sums ? { sums: sums.filter(is) } : {}),
    ...(switcher !== undefined && is(switcher) ? { switcher } : {}),
    ...(columns
      ? {
          columns: {
            ...(where ? { where } : {}),
            ...(sort ? { sort: sort.filter((level) => there(level.field)) } : {}),
            ...(details ? { details: details.filter(there) } : {}),
            ...(color !== undefined && there(color) ? { color } : {}),
          },
        }
      : {}),
  };
}

/** The page of an object for which nobody drew one: every field, and a list for everything that points here. */
export function defaultLayout(object: ObjectModel, model: Model): LayoutDocument {
  const fields = [...object.fields.values()].filter((field) => !field.system || field.name === 'owner');
  const related = [...object.relations.values()].map((relation) => ({
    id: relation.name.slice(0, 40).padEnd(2, '_'),
    object: relation.object,
    field: relation.field,
    label: relation.label,
    columns: listColumns(model.objects.get(relation.object)).filter((column) => column !== relation.field),
  }));
  return {
    kind: 'layout',
    id: `lay_default_${object.name}`,
    object: object.name,
    name: 'record',
    label: object.label,
    sections: [
      {
        id: 'details',
        label: 'Details',
        columns: 2,
        fields: fields.map((field) => ({ field: field.name, wide: fieldType(field.type).isWide === true })),
      },
    ],
    ...(related.length > 0 ? { related } : {}),
  };
}

/** The list of an object for which nobody made a view: its name, its first fields, owner and date, newest first. */
export function defaultView(object: ObjectModel): ViewDocument {
  return {
    kind: 'view',
    id: `viw_default_${object.name}`,
    object: object.name,
    name: 'all',
    label: object.pluralLabel,
    type: 'list',
    columns: listColumns(object).map((field) => ({ field })),
    ...(object.fields.has('updated_at') ? { sort: [{ field: 'updated_at', direction: 'desc' as const }] } : {}),
  };
}

function listColumns(object: ObjectModel | undefined): string[] {
  if (!object) return [];
  const own = [...object.fields.values()].filter((field) => !field.system && !fieldType(field.type).isWide).map((field) => field.name);
  const always = ['owner', 'updated_at'].filter((name) => object.fields.has(name));
  return [...new Set([object.nameField, ...own])].slice(0, MAX_COLUMNS - always.length).concat(always);
}
