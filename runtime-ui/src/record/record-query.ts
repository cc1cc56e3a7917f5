import type { LayoutDocument, ViewDocument } from '@fieldstone/metadata/types/documents.js';
import type { RecordBody, ScreenField, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { fieldScreen } from '../fields/registry.js';
import { listRecords, readRecord, type Include, type RelatedPage } from '../api/records.js';
import { sortText } from '../app/url-state.js';
import { pathsRead } from '../model/conditions.js';
import { layoutPaths } from '../model/layout-plan.js';
import { bindOuter, missingOuter } from '../model/outer-condition.js';
import { fieldAt, viewsOf, type Screen } from '../model/screen.js';
import { actionPaths } from './record-actions.js';

type RelatedLayout = NonNullable<LayoutDocument['related']>[number];

/** A related list of a layout, linked to the relation it shows and to the columns the caller may read. */
export type RelatedList = {
  readonly id: string;
  readonly label: string;
  readonly relation: string;
  readonly object: ScreenObject;
  readonly field: string;
  readonly columns: readonly string[];
  readonly sort: string;
  readonly limit: number;
};

export function relatedLists(screen: Screen, object: ScreenObject, layout: LayoutDocument): RelatedList[] {
  return (layout.related ?? []).flatMap((entry: RelatedLayout): RelatedList[] => {
    const child = screen.object(entry.object);
    const relation = object.relations.find((r) => r.object === entry.object && r.field === entry.field);
    if (!child?.access.read || !relation) return [];
    const columns = entry.columns.filter((path) => fieldAt(screen, child.name, path));
    const sort = (entry.sort ?? []).filter((level) => fieldAt(screen, child.name, level.field)?.field.sortable);
    return [
      {
        id: entry.id,
        label: entry.label ?? relation.label,
        relation: relation.name,
        object: child,
        field: entry.field,
        columns: columns.length > 0 ? columns : [child.nameField],
        sort: sortText(sort),
        limit: entry.limit ?? 5,
      },
    ];
  });
}

export type RecordPage = { readonly record: RecordBody; readonly related: Readonly<Record<string, RelatedPage>> };

/** A record with what its page needs, in one call: its fields, what conditions read over lookups, and the related lists. */
export async function readRecordPage(
  screen: Screen,
  object: ScreenObject,
  layouts: readonly LayoutDocument[],
  id: string,
): Promise<RecordPage> {
  const paths = [...new Set([...layouts.flatMap((layout) => layoutPaths(screen, object, layout)), ...actionPaths(screen, object)])];
  const lists = layouts.flatMap((layout) => relatedLists(screen, object, layout));
  const include: Include = {};
  for (const list of lists) {
    const before = include[list.relation];
    const fields = [...new Set([list.object.nameField, ...list.columns, ...(before?.fields ?? [])])];
    include[list.relation] = { limit: Math.max(list.limit, before?.limit ?? 0), fields, ...(list.sort === '' ? {} : { sort: list.sort }) };
  }
  const names = object.fields.map((field) => field.name);
  const answer = await readRecord(object.name, id, {
    ...(paths.length > 0 ? { fields: [...names, ...paths] } : {}),
    ...(lists.length > 0 ? { include } : {}),
  });
  const related: Record<string, RelatedPage> = {};
  const record: RecordBody = { ...answer };
  for (const list of lists) {
    const page = answer[list.relation] as RelatedPage | undefined;
    related[list.id] = page ?? { data: [], hasMore: false };
  }
  for (const list of lists) delete (record as Record<string, unknown>)[list.relation];
  return { record, related };
}

/** A step of a path; `value` is what a form holds for it, with what rules read of it. */
export type Stage = { readonly id: string; readonly label: string; readonly color: string; readonly value: unknown };

/** The board of the object that is arranged by this field, if there is one: it says which stages there are and in what order. */
const boardBy = (object: ScreenObject, field: ScreenField): ViewDocument['board'] =>
  viewsOf(object).find((view) => view.type === 'board' && view.board?.by === field.name)?.board;

/** The steps of a stage path: the options of a picklist, or the target records that a lookup may point to now. */
export async function readStages(screen: Screen, object: ScreenObject, field: ScreenField, record: RecordBody): Promise<Stage[]> {
  if (fieldScreen(field).choice === 'one') {
    return (field.options ?? [])
      .filter((option) => !option.inactive || option.value === record[field.name])
      .map((option) => ({ id: option.value, label: option.label, color: option.color ?? 'neutral', value: option.value }));
  }
  const target = field.target === undefined ? undefined : screen.object(field.target);
  if (!target || missingOuter(field.where, record).length > 0) return [];
  const columns = boardBy(object, field)?.columns;
  const color = columns?.color !== undefined && screen.field(target.name, columns.color) ? columns.color : undefined;
  const paths = pathsRead(
    screen,
    object.name,
    object.validations.map((rule) => rule.errorWhen),
  );
  const needed = paths.flatMap((path) => (path.startsWith(`${field.name}.`) ? path.slice(field.name.length + 1) : []));
  const conditions = [field.where && bindOuter(field.where, record), columns?.where].filter((c) => c !== undefined);
  const answer = await listRecords(target.name, {
    filter: conditions.length > 1 ? { and: conditions } : conditions[0],
    sort: columns?.sort ? sortText(columns.sort) : target.nameField,
    fields: [...new Set([target.nameField, ...(color === undefined ? [] : [color]), ...needed])],
    limit: 50,
  });
  return answer.data.map((row) => ({
    id: row.id,
    label: String(row[target.nameField] ?? ''),
    color: color === undefined ? 'neutral' : String(row[color] ?? 'neutral'),
    value: { ...row, label: String(row[target.nameField] ?? '') },
  }));
}
