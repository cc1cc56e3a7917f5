/** Stands in every payload: where it is found in a statement outside of a quoted text, somebody could write SQL. */
export const TOKEN = 'zqinj';
/** What the statements in the payloads would make. */
export const MARKER = 'zqinj_marker';

/** Ways out of where a text may stand in a statement. */
const OUT = [
  ...['', "'", "''", '"', '""', "\\'", '\\"', '`', ')', "')", '")', "'))", ']', '}', "']", "'}", '"}', ';', "';", '";', '$$', '$1', "$$'"],
  ...[
    "' ",
    "'\n",
    "'\t",
    "'\v",
    "'\u00a0",
    "'\u0000",
    "\u0000'",
    "'\r\n",
    '\u2019',
    '\u02bc',
    '\uff07',
    '\u00b4',
    "\ud800'",
    '\u0125\u0027',
  ],
  ...[
    "E'\\'",
    "U&'\\0027",
    "n'",
    "x'",
    '%27',
    '%2527',
    '%00',
    '&#39;',
    '\\u0027',
    '\\x27',
    "'||'",
    '"||"',
    '::text',
    "'::text",
    '--',
    '/*',
    '*/',
  ],
];
/** What is tried there. */
const DONE = [
  `create table ${MARKER} (a int)`,
  `; create table ${MARKER} (a int); --`,
  ` or ${TOKEN} = 1 --`,
  ` union all select '${TOKEN}', null, null --`,
  ` and (select pg_sleep(0)) is null /* ${TOKEN} */`,
  `, (select '${TOKEN}') asc nulls first`,
  ` desc nulls last; create table ${MARKER} (); --`,
  ` returning ${TOKEN}`,
  `; do $x$ begin execute 'create table ${MARKER} ()'; end $x$; --`,
  `; copy (select 1) to program 'touch /tmp/${MARKER}'; --`,
  `->>'${TOKEN}'`,
  `#>>'{${TOKEN}}'`,
  ` as ${TOKEN} from pg_user`,
  `(select ${TOKEN} from meta.user)`,
  `||(select current_user)||'${TOKEN}'`,
];

/** Texts that would become SQL if they were put into it, each a way out and something to do there. Always the same, in the same order. */
export function sqlPayloads(count: number): readonly string[] {
  const all: string[] = [];
  for (let round = 0; all.length < count; round += 1)
    OUT.forEach((out, at) => {
      if (all.length < count)
        all.push(`${round % 3 === 0 ? TOKEN : round % 3 === 1 ? 'title' : ''}${out}${DONE[(at + round * 4) % DONE.length] ?? ''}`);
    });
  return all;
}

/** The same as something else than a text. */
export const asShapes = (payload: string): readonly unknown[] => [
  [payload],
  [[payload]],
  [payload, payload],
  { [payload]: payload },
  { $ne: payload },
  { raw: payload },
  { toString: payload, sql: payload, bindings: [payload] },
  { field: payload, direction: payload, nulls: payload },
  [{ column: payload, order: payload, nulls: payload }],
];
/** The same in the names of parameters. */
export const asBrackets = (name: string, payload: string): readonly string[] => {
  const value = encodeURIComponent(Buffer.from(payload).toString());
  return [
    `${name}[]=${value}`,
    `${name}[0]=${value}`,
    `${name}[${value}]=1`,
    `${name}[$ne]=${value}`,
    `${name}=title&${name}=${value}`,
    `${name}.raw=${value}`,
  ];
};

/** A statement without the values that stand in it: two that differ in values only are the same. */
export const fingerprint = (sql: string): string =>
  sql
    .replaceAll(/'(?:[^']|'')*'/g, '?')
    .replaceAll(/(?<![\w$"])\d+(?:\.\d+)?\b/g, '?')
    .replaceAll(/\?(?:, \?)+/g, '?');

/** Where a payload stands in a statement outside of quoted texts; in the bodies of functions, outside of those texts that are quoted there. */
export function injectedInto(sql: string): boolean {
  const bare = fingerprint(sql);
  if (bare.includes(TOKEN)) return true;
  if (!/^\s*(create (or replace )?function|do\b)|\bexecute '/i.test(sql)) return false;
  return [...sql.matchAll(/'((?:[^']|'')*)'/g)].some(
    ([, body = '']) => /^\s*(begin|declare|create)\b/i.test(body) && injectedInto(body.replaceAll("''", "'")),
  );
}
