import type { FieldModel, ObjectModel } from '../model/types.js';
import { selectionOf } from './field-selection.js';
import { liveRows, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import type { ObjectSearch } from './search-object.js';
import { SEARCHED_CHARACTERS, searchedFields, searchedText } from './search-words.js';
import { labelOf, readableLink, selectList } from './select-list.js';

/** Matches of one object that are counted and ranked. */
export const MATCH_CAP = 500;
/** Of more than that, so many whose name begins with the text are ranked before them. */
const BEGINNINGS = 200;
/** With fewer matches than this in all, what is merely similar is looked for. */
export const FEW = 3;
const SIMILAR = 50;
const SUBTITLE_FIELDS = 3;

/** What is looked for: records that have the text; of very many those whose name begins with it; or those with something like it. */
export type SearchStep = 'matching' | 'beginning' | 'similar';

const candidatesOf = (search: ObjectSearch, step: SearchStep): string =>
  step === 'matching' ? search.matching(MATCH_CAP + 1) : step === 'beginning' ? search.beginning(BEGINNINGS) : search.similar(SIMILAR);

/**
 * One statement for one step of a search: candidates of each object, judged by what the caller may read, and of the best of all objects their label, the
 * field that was met with its text, and the fields at the head of their page.
 *
 * Shape:  the answer is JSON {hits: [{o, id, at, label, rank, field, text, fields}], counts: [[o, count]]}; `o` is the place of the object, `field` that
 *         among the searched fields of the object that the caller may read. Ranks below 1 are of similar ones. Inputs as ObjectSearch says.
 */
export function selectSearch(scope: QueryScope, searches: readonly ObjectSearch[], step: SearchStep, limit: number): string {
  const ctes = searches.map((search) => `m${search.place} as materialized (${candidatesOf(search, step)})`);
  const all = searches.map(({ place }) => `select * from m${place}`);
  ctes.push(`top as materialized (select * from (${all.join(' union all ')}) x order by rank desc, at desc, "id" desc limit ${limit})`);
  const details = searches.map((search) => detailsOf(scope, search));
  const counts = searches.map(({ place }) => `select ${place} as o, (select count(*) from m${place}) as n`);
  return (
    `with ${ctes.join(', ')} select json_build_object('hits', (select coalesce(json_agg(h.hit order by h.rank desc, h.at desc, h."id" desc), '[]'::json) from (${details.join(' union all ')}) h), ` +
    `'counts', (select coalesce(json_agg(json_build_array(c.o, c.n) order by c.o), '[]'::json) from (${counts.join(' union all ')}) c where c.n > 0))::text`
  );
}

/** What is shown of the hits of one object. Their rows were judged as candidates; what of them may be read is judged here, field by field. */
function detailsOf(scope: QueryScope, { object, texts, place }: ObjectSearch): string {
  const selection = selectionOf(scope, object, headOf(scope, object), 'drop').filter(
    ({ field }) => field.name !== 'id' && field.name !== 'version',
  );
  const list = selectList(scope, object, 'd', selection);
  const fields = list.items.length === 0 ? `'{}'::json` : `(select row_to_json(r) from (select ${list.items.join(', ')}) r)`;
  const shown = texts.map(({ field }, index) => {
    const { computed } = field;
    const raw = computed === undefined ? rawText(scope, field) : scope.value(field, 'd');
    const rule = scope.readRule(field);
    const may = rule.kind === 'all' ? '' : ` and ${scope.rule(rule, 'd')}`;
    return `when t.field = ${index}${may} then left(${raw}, ${SEARCHED_CHARACTERS})`;
  });
  const members = [
    `'o', ${place}`,
    `'id', d."id"`,
    `'at', to_char(t.at at time zone 'UTC', 'YYYYMMDDHH24MISSUS')`,
    `'label', ${labelOf(scope, object, 'd')}`,
    `'rank', t.rank`,
    `'field', t.field`,
    `'text', case ${shown.join(' ')} end`,
    `'fields', ${fields}`,
  ];
  return (
    `select json_build_object(${members.join(', ')}) as hit, t.rank, t.at, t."id" from top t join ${tableOf(scope.active, object)} d ` +
    `on ${liveRows(object, 'd', scope.params.tenant)} and d."id" = t."id" ${list.joins.join(' ')} where t.o = ${place}`
  );
}

/** What stands in the column as it was written, telephone numbers with their signs. */
function rawText(scope: QueryScope, field: FieldModel): string {
  return searchedText(scope.active, field, 'd', () => 'null::text', 'as written');
}

/** The fields at the head of the page of a record, without its name; of an object without any, those that are searched. */
function headOf(scope: QueryScope, object: ObjectModel): string[] {
  const highlights = object.layouts.find(({ highlights }) => (highlights?.length ?? 0) > 0)?.highlights;
  const names = highlights ?? searchedFields(scope.active, object).map(({ name }) => name);
  return names.filter((name) => name !== object.nameField).slice(0, SUBTITLE_FIELDS);
}

export const isSearchable = (object: ObjectModel): boolean =>
  !object.system && [...object.fields.values()].some(({ searchable }) => searchable);

/** Labels of records by their ids, of those that are there and the caller's to read, in one statement: JSON [{o, id, label}]. Inputs `ids<o>`. */
export function selectLabels(scope: QueryScope, objects: readonly ObjectModel[]): string {
  const arms = objects.map((object, place) => {
    const ids = scope.params.input(`ids${place}`, '::uuid[]');
    return `select ${place} as o, d."id", ${labelOf(scope, object, 'd')} as label from ${tableOf(scope.active, object)} d where ${readableLink(scope, object, 'd')} and d."id" = any(${ids})`;
  });
  return `select coalesce(json_agg(row_to_json(x)), '[]'::json)::text from (${arms.join(' union all ')}) x`;
}
