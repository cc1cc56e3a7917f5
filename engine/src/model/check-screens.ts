import { fieldType, hasStates, resultType } from '../fields/registry.js';
import { pointer } from '../kernel/json-pointer.js';
import { unknownField, unknownObject, type Linked, type LinkedObject, type Sourced } from './link.js';
import type { Problems } from './problems.js';
import { fieldAt, isPartPath, parseAt, scopeOf } from './scope.js';
import type { SourceDocument } from './types.js';

type Place = { readonly linked: Linked; readonly object: LinkedObject; readonly source: SourceDocument; readonly problems: Problems };

function checkPaths({ linked, object, source, problems }: Place, at: string, names: readonly string[]): void {
  for (const [index, name] of names.entries()) fieldAt(problems, source, at + pointer(index), linked, object, name);
}

function checkSort({ linked, object, source, problems }: Place, at: string, sort: readonly { field: string }[] | undefined): void {
  for (const [index, level] of (sort ?? []).entries()) {
    const path = at + pointer(index, 'field');
    const field = fieldAt(problems, source, path, linked, object, level.field);
    if (field && !resultType(field).isSortable && !isPartPath(field, level.field))
      problems.add(source, path, 'not_sortable', `${level.field} can not be sorted by.`);
  }
}

const checkIds = (problems: Problems, source: SourceDocument, at: string, items: readonly { id: string }[]): void => {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (seen.has(item.id)) problems.add(source, at + pointer(index, 'id'), 'duplicate_id', `The id "${item.id}" is there twice.`);
    seen.add(item.id);
  }
};

export function checkLayout(linked: Linked, object: LinkedObject, source: Sourced<'layout'>, problems: Problems): void {
  const layout = source.document;
  const place: Place = { linked, object, source, problems };
  const scope = scopeOf(linked, object.name, { allow: ['user'] });
  checkPaths(place, '/highlights', layout.highlights ?? []);
  if (layout.path !== undefined) {
    const field = fieldAt(problems, source, '/path', linked, object, layout.path);
    if (field && !hasStates(field)) {
      problems.add(source, '/path', 'not_for_type', 'A path of stages needs a picklist or a lookup.');
    }
  }
  checkIds(problems, source, '/sections', layout.sections);
  for (const [index, section] of layout.sections.entries()) {
    const at = pointer('sections', index);
    if (section.visible) parseAt(problems, source, `${at}/visible`, section.visible, scope);
    for (const [position, entry] of section.fields.entries()) {
      const entryAt = at + pointer('fields', position);
      if (!object.fields.has(entry.field)) problems.add(source, `${entryAt}/field`, 'unknown_field', unknownField(entry.field, object));
      for (const property of ['visible', 'required', 'readOnly'] as const) {
        if (entry[property]) parseAt(problems, source, `${entryAt}/${property}`, entry[property], scope);
      }
    }
  }
  checkIds(problems, source, '/related', layout.related ?? []);
  for (const [index, list] of (layout.related ?? []).entries()) {
    const at = pointer('related', index);
    const listed = linked.objects.get(list.object);
    if (!listed) {
      problems.add(source, `${at}/object`, 'unknown_object', unknownObject(list.object, linked.objects));
      continue;
    }
    const by = fieldAt(problems, source, `${at}/field`, linked, listed, list.field);
    if (by && by.target !== object.name && !by.targets?.includes(object.name)) {
      problems.add(source, `${at}/field`, 'not_a_link', `${list.object}.${list.field} does not point to ${object.name}.`);
    }
    checkPaths({ ...place, object: listed }, `${at}/columns`, list.columns);
    checkSort({ ...place, object: listed }, `${at}/sort`, list.sort);
  }
}

export function checkView(linked: Linked, object: LinkedObject, source: Sourced<'view'>, problems: Problems): void {
  const view = source.document;
  const place: Place = { linked, object, source, problems };
  if (view.filter) parseAt(problems, source, '/filter', view.filter, scopeOf(linked, object.name, { allow: ['user', 'people'] }));
  checkSort(place, '/sort', view.sort);
  for (const [index, column] of (view.columns ?? []).entries()) {
    fieldAt(problems, source, pointer('columns', index, 'field'), linked, object, column.field);
  }
  checkPaths(place, '/quickFilters', view.quickFilters ?? []);
  if (view.type === 'list' && view.columns === undefined) problems.add(source, '/columns', 'missing_property', 'A list needs columns.');
  if (view.type === 'board' && view.board === undefined)
    problems.add(source, '/board', 'missing_property', 'A board needs to know by which field.');
  if (view.board) checkBoard(place, view.board);
}

function checkBoard(place: Place, board: NonNullable<Sourced<'view'>['document']['board']>): void {
  const { linked, object, source, problems } = place;
  const by = fieldAt(problems, source, '/board/by', linked, object, board.by);
  if (by && fieldType(by.type).choice !== 'one' && fieldType(by.type).link !== 'one') {
    problems.add(source, '/board/by', 'not_for_type', 'A board needs a picklist or a link for its columns.');
  }
  for (const [index, name] of (board.sums ?? []).entries()) {
    const field = fieldAt(problems, source, pointer('board', 'sums', index), linked, object, name);
    if (field && !resultType(field).uses.includes('sum')) {
      problems.add(source, pointer('board', 'sums', index), 'not_for_type', `${name} holds no numbers to add up.`);
    }
  }
  checkPaths(place, '/board/card', board.card);
  const target = by?.target === undefined ? undefined : linked.objects.get(by.target);
  if (board.columns && by && !target)
    problems.add(source, '/board/columns', 'not_a_link', 'Only a board by a link takes its columns from records.');
  if (board.columns && target) {
    const { where, sort, details, color } = board.columns;
    const there: Place = { ...place, object: target };
    if (where) parseAt(problems, source, '/board/columns/where', where, scopeOf(linked, target.name, { allow: ['user'] }));
    checkSort(there, '/board/columns/sort', sort);
    checkPaths(there, '/board/columns/details', details ?? []);
    if (color !== undefined) fieldAt(problems, source, '/board/columns/color', linked, target, color);
  }
  if (board.switcher !== undefined) {
    const switcher = fieldAt(problems, source, '/board/switcher', linked, object, board.switcher);
    if (switcher && switcher.target === undefined) problems.add(source, '/board/switcher', 'not_a_link', `${board.switcher} is no link.`);
    if (switcher && target && !target.fields.has(board.switcher)) {
      problems.add(
        source,
        '/board/switcher',
        'unknown_field',
        `${target.name} needs a field "${board.switcher}" too, to narrow the columns by.`,
      );
    }
  }
}

export function checkApp(linked: Linked, source: Sourced<'app'>, problems: Problems): void {
  checkIds(problems, source, '/items', source.document.items);
  const roles = new Set(linked.byKind.role.map((role) => role.document.name));
  for (const [index, role] of (source.document.roles ?? []).entries()) {
    if (!roles.has(role)) problems.add(source, pointer('roles', index), 'unknown_role', `There is no role "${role}".`);
  }
  for (const [index, item] of source.document.items.entries()) {
    const object = linked.objects.get(item.object);
    if (!object) {
      problems.add(source, pointer('items', index, 'object'), 'unknown_object', unknownObject(item.object, linked.objects));
    } else if (item.view !== undefined && !object.views.some((view) => view.document.name === item.view)) {
      problems.add(source, pointer('items', index, 'view'), 'unknown_view', `${item.object} has no view "${item.view}".`);
    }
  }
}
