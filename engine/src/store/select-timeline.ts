import { fieldType } from '../fields/registry.js';
import type { FieldModel, ObjectModel, TimelineModel } from '../model/types.js';
import { byJson, causeJson, fieldRows, fileFields, instantSql, sideJson, toldFields, type Curiosity } from './change-parts.js';
import { at, firstColumn, liveRows, objectNumberOf, pointsTo, SEPARATOR_SQL, systemTable, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { recordRow } from './select-history.js';
import { labelOf, selectList } from './select-list.js';

/** What somebody may choose of a timeline: the record's own changes, its files, and the objects of records that belong to it. */
export const OWN_KINDS = ['record.changed', 'record.files'] as const;
export type TimelineSource = { readonly object: ObjectModel; readonly links: readonly FieldModel[]; readonly timeline: TimelineModel };

const PLAIN: TimelineModel = { summary: [], changes: [], deleted: false };

/** Objects whose records stand in the timeline of a record of `object`, by links that the caller may follow. */
export function timelineSources(scope: QueryScope, object: ObjectModel): TimelineSource[] {
  return [...scope.active.model.objects.values()].flatMap((each): TimelineSource[] => {
    if (scope.access(each.name).read.kind === 'none') return [];
    const pointsHere = ({ target, targets = [] }: FieldModel) => target === object.name || targets.includes(object.name);
    const links = [...each.fields.values()].filter(
      (field) => field.options.timeline === true && pointsHere(field) && scope.readRule(field).kind !== 'none',
    );
    return links.length === 0 ? [] : [{ object: each, links, timeline: each.timeline ?? PLAIN }];
  });
}

/** What an entry is of: own changes, own files, a record, a change of one, the end of one. */
const WHAT = { change: 0, files: 1, record: 2, changed: 3, deleted: 4 } as const;

export type TimelineAsked = {
  readonly sources: readonly TimelineSource[];
  readonly own: readonly (typeof OWN_KINDS)[number][];
  readonly limit: number;
  readonly isFirstPage: boolean;
  readonly curiosity: Curiosity;
};

/**
 * What happened around a record, newest first. Inputs `id` and, behind the first page, the place to go on from: `at`, `object`, `record` and `n`.
 *
 * Shape:  parts joined by a separator: the place to go on from as JSON, or nothing; then the entries as a JSON array. The order is made total by the
 *         object, the record and its version, so what comes in meanwhile neither repeats an entry nor hides one. Each source gives a page at most, and
 *         names and values are read for the entries of the page alone. No row when the record is not the caller's to read.
 */
export function selectTimeline(scope: QueryScope, object: ObjectModel, asked: TimelineAsked): string {
  const { params } = scope;
  const { limit, isFirstPage } = asked;
  const key = ['at', 'o', 'id', 'n'];
  const order = (alias: string) => key.map((name) => `${alias}.${name} desc`).join(', ');
  const place = () => [
    params.input('at', '::timestamptz'),
    params.input('object', '::int'),
    params.input('record', '::uuid'),
    params.input('n', '::int'),
  ];
  const older = isFirstPage ? '' : ` where (${key.map((name) => `s.${name}`).join(', ')}) < (${place().join(', ')})`;
  const arms = [...ownArms(scope, object, asked.own), ...asked.sources.flatMap((source) => armsOf(scope, object, source))];
  const pages = arms.map((arm) => `(select s.* from (${arm}) s${older} order by ${order('s')} limit ${limit + 1})`);
  const nothing = `(select null::timestamptz as at, 0 as o, null::uuid as id, 0 as n, 0 as what, null::uuid as actor where false)`;
  const history = `left join ${systemTable(scope.active, 'sys_history')} h on h."tenant_id" = ${params.tenant} and h."object_no" = p.o and h."record_id" = p.id and h."version" = p.n / 2 and p.what <> ${WHAT.record}`;
  const cause = `case when h."version" is not null then ${causeJson(scope, 'h."cause"', 'h."actor"', asked.curiosity)} end`;
  const entry = [
    `'kind', x.body -> 'kind', 'at', ${instantSql('p.at')}, 'by', ${byJson(scope, 'p.actor')}, 'object', x.body -> 'object', 'id', p.id, 'label', x.body -> 'label'`,
    `'what', case p.what when ${WHAT.record} then 'record' when ${WHAT.files} then 'update' else h."op" end, 'version', h."version", 'cause', ${cause}`,
    `'changes', x.body -> 'changes', 'summary', coalesce(x.body -> 'summary', '[]'::json)`,
  ];
  const bodies = [
    ...(asked.own.length === 0 ? [] : [`when p.what < ${WHAT.record} then ${ownBody(scope, object)}`]),
    ...asked.sources.map((source) => `when p.o = ${objectNumberOf(scope.active, source.object)} then ${bodyOf(scope, source)}`),
  ];
  const body = bodies.length === 0 ? 'null::json' : `case ${bodies.join(' ')} end`;
  return [
    `with record as materialized (${recordRow(scope, object)}),`,
    `page as materialized (select u.*, row_number() over (order by ${order('u')}) as place from (${[nothing, ...pages].join(' union all ')}) u order by ${order('u')} limit ${limit + 1}),`,
    `entries as materialized (select p.place, json_build_object(${entry.join(', ')}) as entry from page p ${history} cross join lateral (select ${body} as body offset 0) x where p.place <= ${limit})`,
    `select coalesce(case when (select count(*) from page) > ${limit} then (select json_build_array(to_char(p.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), p.o::text, p.id, p.n::text)::text from page p where p.place = ${limit}) end, '')`,
    `|| ${SEPARATOR_SQL} || (select coalesce(json_agg(e.entry order by e.place), '[]'::json) from entries e)::text from record`,
  ].join(' ');
}

/** Changes of the record itself that the caller sees something of; those of its files are entries of their own. */
function ownArms(scope: QueryScope, object: ObjectModel, kinds: TimelineAsked['own']): string[] {
  if (kinds.length === 0) return [];
  const { active, params } = scope;
  const told = toldFields(scope, object);
  const files = fileFields(told);
  const from = `from record r join ${systemTable(active, 'sys_history')} h on h."tenant_id" = ${params.tenant} and h."object_no" = ${objectNumberOf(active, object)} and h."record_id" = r."id"`;
  const arm = (what: number, fields: readonly FieldModel[], also: string) =>
    `select h."at" as at, ${objectNumberOf(active, object)} as o, h."record_id" as id, h."version" * 2 + ${what} as n, ${what} as what, h."actor" as actor ${from} where ${also}${seesOneOf(scope, fields, 'r')}`;
  return [
    ...(kinds.includes('record.changed')
      ? [
          arm(
            WHAT.change,
            told.filter((field) => !files.includes(field)),
            `h."op" <> 'update' or `,
          ),
        ]
      : []),
    ...(kinds.includes('record.files') && files.length > 0 ? [arm(WHAT.files, files, '')] : []),
  ];
}

/** Whether the history row `h` changed one of the fields that the row of `alias` shows. */
function seesOneOf(scope: QueryScope, fields: readonly FieldModel[], alias: string): string {
  const always = fields.filter((field) => scope.readRule(field).kind === 'all').map(({ id }) => id);
  const tests = fields.flatMap((field) => {
    const rule = scope.readRule(field);
    return rule.kind === 'where' ? [`(h."diff" ? ${scope.params.constant(field.id)}::text and ${scope.rule(rule, alias)})`] : [];
  });
  if (always.length > 0) tests.unshift(`h."diff" ?| ${scope.params.constant(always)}::text[]`);
  return tests.length === 0 ? 'false' : `(${tests.join(' or ')})`;
}

/** Records that link here, once each whatever number of their links do; what changed in them, and that they went. */
function armsOf(scope: QueryScope, object: ObjectModel, source: TimelineSource): string[] {
  const { active, params } = scope;
  const { object: of, links, timeline } = source;
  const number = objectNumberOf(active, of);
  const read = scope.mayRead(of.name, 'd');
  const conditions = (link: FieldModel, index: number) => {
    const reaches = (field: FieldModel) => {
      const rule = scope.readRule(field);
      const points = pointsTo(active, field, 'd', object, 'r."id"');
      return rule.kind === 'where' ? `(${points} and ${scope.rule(rule, 'd')})` : points;
    };
    return [
      reaches(link),
      ...links.slice(0, index).map((before) => `(${reaches(before)}) is not true`),
      ...(of === object ? ['d."id" <> r."id"'] : []),
      ...(read === 'true' ? [] : [read]),
    ].join(' and ');
  };
  const table = tableOf(active, of);
  const history = `join ${systemTable(active, 'sys_history')} h on h."tenant_id" = ${params.tenant} and h."object_no" = ${number} and h."record_id" = d."id"`;
  const change = (what: number) =>
    `select h."at" as at, ${number} as o, d."id" as id, h."version" * 2 as n, ${what} as what, h."actor" as actor`;
  const changing = timeline.changes.flatMap((name) => of.fields.get(name) ?? []).filter((field) => scope.readRule(field).kind !== 'none');
  const when = momentOf(scope, of, timeline);
  return links.flatMap((link, index) => {
    const where = () => conditions(link, index);
    const live = `record r join ${table} d on ${liveRows(of, 'd', params.tenant)}`;
    return [
      ...(when === undefined
        ? []
        : [
            `select ${when} as at, ${number} as o, d."id" as id, 0 as n, ${WHAT.record} as what, ${ownerOf(scope, of)} as actor from ${live} and ${where()} where ${when} is not null`,
          ]),
      ...(changing.length === 0
        ? []
        : [`${change(WHAT.changed)} from ${live} and ${where()} ${history} and h."op" = 'update' and ${seesOneOf(scope, changing, 'd')}`]),
      ...(timeline.deleted
        ? [
            `${change(WHAT.deleted)} from record r join ${table} d on d."tenant_id" = ${params.tenant} and d."deleted_at" is not null and ${where()} ${history} and h."op" = 'delete' and h."version" = d."version"`,
          ]
        : []),
    ];
  });
}

/** When a record of `d` happened, as far as the caller may know; undefined when they may never. */
function momentOf(scope: QueryScope, object: ObjectModel, { date }: TimelineModel): string | undefined {
  const moments = [date, 'created_at'].flatMap((name) => {
    const field = name === undefined ? undefined : object.fields.get(name);
    const sql = field && shownTo(scope, field, at('d', firstColumn(scope.active, field).name));
    if (field === undefined || sql === undefined) return [];
    return [fieldType(field.type).valueType === 'date' ? `((${sql})::timestamp at time zone ${scope.params.timeZone})` : sql];
  });
  return moments.length === 0 ? undefined : `coalesce(${moments.join(', ')})`;
}

function ownerOf(scope: QueryScope, object: ObjectModel): string {
  const field = object.fields.get('created_by');
  return (field && shownTo(scope, field, at('d', firstColumn(scope.active, field).name))) ?? 'null::uuid';
}

/** A value of a field, null on rows that do not show it; undefined when none does. */
function shownTo(scope: QueryScope, field: FieldModel, sql: string): string | undefined {
  const rule = scope.readRule(field);
  if (rule.kind === 'none') return undefined;
  return rule.kind === 'all' ? sql : `case when ${scope.rule(rule, 'd')} then ${sql} end`;
}

/** Changes of the history row `h` in the fields that the row of `alias` shows. */
function changesJson(scope: QueryScope, fields: readonly FieldModel[], alias: string, prefix: string, test = ''): string {
  const rows = fieldRows(scope, fields, alias);
  return `(select coalesce(json_agg(json_build_object('field', f.name, 'label', f.label, 'before', ${sideJson(scope, fields, 0, prefix)}, 'after', ${sideJson(scope, fields, 1, prefix)}) order by f.place), '[]'::json) from (select v.*, row_number() over () as place from (values ${rows}) v(id, name, label, is_shown)) f join jsonb_each(h."diff") e on e.key = f.id where f.is_shown${test})`;
}

function ownBody(scope: QueryScope, object: ObjectModel): string {
  const told = toldFields(scope, object);
  const files = fileFields(told).map(({ id }) => id);
  const isFile = files.length === 0 ? 'false' : `f.id = any(${scope.params.constant(files)}::text[])`;
  const changes = told.length === 0 ? `'[]'::json` : changesJson(scope, told, 'r', 'o', ` and (${isFile}) = (p.what = ${WHAT.files})`);
  return `(select json_build_object('kind', case p.what when ${WHAT.files} then '${OWN_KINDS[1]}' else '${OWN_KINDS[0]}' end, 'object', ${scope.params.constant(object.name)}::text, 'label', ${labelOf(scope, object, 'r')}, 'changes', ${changes}) from record r)`;
}

/** Name, summary and changes of the record of an entry, which was found to be the caller's to read. */
function bodyOf(scope: QueryScope, { object, timeline }: TimelineSource): string {
  const { params, active } = scope;
  const shown = timeline.summary.flatMap((name) => object.fields.get(name) ?? []).filter((field) => scope.readRule(field).kind !== 'none');
  const { items, joins } = selectList(
    scope,
    object,
    'd',
    shown.map((field) => ({ field, inner: [] })),
  );
  const parts = shown.map(
    ({ name, label }) =>
      `json_build_object('field', ${params.constant(name)}::text, 'label', ${params.constant(label)}::text, 'value', b."${name}")`,
  );
  const changing = timeline.changes
    .flatMap((name) => object.fields.get(name) ?? [])
    .filter((field) => scope.readRule(field).kind !== 'none');
  const changes =
    changing.length === 0
      ? `'[]'::json`
      : `case when p.what = ${WHAT.changed} then ${changesJson(scope, changing, 'd', `c${objectNumberOf(active, object)}_`)} else '[]'::json end`;
  const name = params.constant(object.name);
  const columns = [`${labelOf(scope, object, 'd')} as "$label"`, `${changes} as "$changes"`, ...items];
  return `(select json_build_object('kind', ${name}::text, 'object', ${name}::text, 'label', b."$label", 'changes', b."$changes", 'summary', json_build_array(${parts.join(', ')})) from (select ${columns.join(', ')} from ${tableOf(active, object)} d ${joins.join(' ')} where d."tenant_id" = ${params.tenant} and d."id" = p.id) b)`;
}
