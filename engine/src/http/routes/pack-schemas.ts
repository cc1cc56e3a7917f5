import type { Schema } from '../route.js';

/** What the calls of packs take and answer, for the API description: the shapes of `metadata/types/wire.ts`. */

const text: Schema = { type: 'string' };
const count: Schema = { type: 'integer', minimum: 0 };
const flag: Schema = { type: 'boolean' };
const any: Schema = {};
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
const oneOf = (...values: readonly (string | null)[]): Schema => ({ enum: values });
const list = (items: Schema): Schema => ({ type: 'array', items });
/** All properties are always there, but for those in `more`. */
const object = (properties: Readonly<Record<string, Schema>>, more: Readonly<Record<string, Schema>> = {}): Schema => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties: { ...properties, ...more },
});

const STEP = { name: text, from: orNull(text), to: orNull(text) };

const CHANGE = object(
  {
    kind: text,
    name: text,
    id: text,
    action: oneOf('add', 'change', 'rename', 'retire', 'restore'),
    properties: list(object({ path: text, before: any, after: any })),
    summary: text,
  },
  { made: { type: 'object' } },
);

const RISK = oneOf('R0', 'R1', 'R2', 'R3', 'R4');

const CASE = object({ name: text, label: text, outcome: oneOf('holds', 'fails', 'fails_here', null), message: text });

const INFO = {
  name: text,
  label: text,
  description: text,
  state: oneOf('current', 'upgrade', 'waits', 'available'),
  version: orNull(text),
  available: orNull(text),
  isUpgradable: flag,
  installedAt: orNull(text),
  needs: list(object({ name: text, range: text, version: orNull(text), isMet: flag })),
  neededBy: list(text),
  changes: count,
  conflicts: count,
  waits: list(text),
};

const SIDES = { base: any, yours: any, theirs: any };
const TAKES = oneOf('yours', 'theirs', 'value');

export const PACKS = object({ data: list(object(INFO)) });

export const PACK = object({
  ...INFO,
  elements: list(object({ kind: text, id: text, name: text, label: text, state: oneOf('shipped', 'changed', 'retired') })),
  overrides: list(object({ kind: text, element: text, name: text })),
  records: list(object({ file: text, object: text, brings: count, changes: count })),
  changed: list(CHANGE),
  cases: list(CASE),
  testedAt: orNull(text),
  history: list(object({ ...STEP, revision: count, at: text, by: text, comment: text })),
  decisions: list(object({ element: text, kind: text, name: text, path: text, take: oneOf('yours', 'theirs'), by: text, at: text })),
});

export const PACK_TESTS = object({ cases: list(CASE), testedAt: orNull(text) });

export const RESOLUTIONS = object(
  {},
  {
    resolutions: list({
      ...object({ element: text, path: text, take: TAKES }, { value: { description: 'With take: "value"' } }),
      description: 'What somebody decides about a property: an element and a path of `conflicts`, or of a note with a choice',
    }),
  },
);

export const PACK_PLAN = object({
  hash: { ...orNull(text), description: 'Publish the plan by it; null while something is wrong or to be decided' },
  from: count,
  to: count,
  changes: list(CHANGE),
  statements: list(object({ sql: text, lock: oneOf('L0', 'L1', 'L2', 'L3', 'L4'), phase: oneOf('PRE', 'TX', 'POST'), risk: RISK })),
  hazards: list(object({ code: text, message: text, risk: RISK, affected: { type: 'object' } }, { conversion: { type: 'object' } })),
  issues: list({ type: 'object', required: ['path', 'code', 'message'] }),
  action: oneOf('install', 'upgrade', 'uninstall'),
  packs: list(object(STEP)),
  conflicts: list(
    object(
      { kind: text, element: text, name: text, label: text, path: text, ...SIDES, decision: orNull(TAKES), remembered: flag },
      { value: any },
    ),
  ),
  notes: list(
    object(
      { code: text, kind: text, element: text, name: text, path: text, message: text },
      { records: count, because: list(text), choice: object({ ...SIDES, decision: TAKES }, { value: any }) },
    ),
  ),
  cases: object({ run: count, failed: count }),
});
