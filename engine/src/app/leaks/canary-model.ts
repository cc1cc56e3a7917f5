import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import type { FieldType } from '../../fields/field-type.js';
import type { PackFile } from '../../model/pack-content.js';
import { CANARIES } from './canary-values.js';
import { packFile } from './trial-system.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * Objects with something to hide of every kind, and roles that may not see it:
 *
 * - `canary_specimen` has a field of each type that no role may read (`h_…`) and one that is read on open records only (`c_…`); formulas and
 *   roll-ups over them that every role may read by their own rule (`d_…`); and records of several owners and regions.
 * - `canary_place` is read in the north only, `canary_badge` without its name, `canary_vault` not at all.
 */
export const CANARY_PACK = 'canary';
export const SPECIMEN = 'canary_specimen';
export const PLACE = 'canary_place';
export const BADGE = 'canary_badge';
export const VAULT = 'canary_vault';

/** Types of which there is a hidden field, with the number by which the field is told from others. */
export const HIDDEN_TYPES: readonly { readonly type: FieldType['name']; readonly n: number }[] = Object.entries(CANARIES)
  .filter(([, canary]) => canary !== null)
  .map(([type], at) => ({ type: type as FieldType['name'], n: 9_000 + at }));

export const hiddenName = (type: string) => `h_${type}`;
export const someName = (type: string) => `c_${type}`;
/** Computed from what is hidden; each may be read by its own rule. */
export const DERIVED = ['d_formula', 'd_far', 'd_parts'] as const;

const object = (name: string, nameField: string): Json => ({
  ...{ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: `${name}s`, icon: 'box', nameField },
});
const field = (of: string, name: string, type: string, more: Json = {}): Json => ({
  ...{ kind: 'field', id: `fld_${of}_${name}`, object: of, name, label: name, type },
  ...more,
});
const inverse = (name: string): Json => ({ inverse: { name, label: name } });
const choice = (...values: string[]): Json => ({ required: true, options: values.map((value) => ({ value, label: value })) });

/** Text types can be searched, so that a search could find them. */
const SEARCHED: ReadonlySet<string> = new Set(['text', 'email', 'phone', 'url']);
const fieldsOfTypes = (prefix: string, from: number): Json[] =>
  HIDDEN_TYPES.map(({ type, n }) =>
    field(SPECIMEN, `${prefix}_${type}`, type, {
      ...CANARIES[type]?.properties?.(n + from),
      ...(SEARCHED.has(type) ? { searchable: true } : {}),
    }),
  );

export const OPEN_ONLY: Json = { where: { '==': [{ var: 'status' }, 'open'] } };
const NOT_OPEN: Json = { where: { '!=': [{ var: 'status' }, 'open'] } };

const role = (name: string, more: Json = {}): Json => ({
  ...{ kind: 'role', id: `rol_${name}`, name, label: name },
  default: { create: false, read: 'none', update: 'none', delete: 'none', fields: 'edit' },
  ...more,
});
const permission = (of: string, on: string, more: Json): Json => ({
  ...{ kind: 'permission', id: `prm_${of}_${on}`, role: of, object: on },
  ...more,
});

const masks = () => ({
  default: 'edit',
  only: Object.fromEntries(
    HIDDEN_TYPES.flatMap(({ type }): [string, unknown][] => [
      [hiddenName(type), 'none'],
      [someName(type), { read: OPEN_ONLY }],
    ]),
  ),
});
/** What everybody who works with specimens may see of the rest. */
const around = (of: string): Json[] => [
  permission(of, PLACE, { read: { where: { '==': [{ var: 'region' }, 'north'] } }, fields: { default: 'read', only: { secret: 'none' } } }),
  permission(of, BADGE, { read: 'all', fields: { default: 'read', only: { name: 'none' } } }),
];
const ALL_CAPABILITIES = [
  'edit_metadata',
  'manage_users',
  'manage_settings',
  'view_automation',
  'reveal_secrets',
  'explain_access',
  'view_as',
];
const ACTIONS = ['export', 'import', 'bulk', 'merge', 'share', 'purge'];
const rows = (reach: string): Json => ({ create: true, read: reach, update: reach, delete: reach, actions: ACTIONS });

/** Roles by name: what each reaches of the specimens is written down again in canary-judgement.ts, by hand. */
export const CANARY_ROLES = [
  'canary_own',
  'canary_team',
  'canary_wide',
  'canary_shut',
  'canary_clerk',
  'canary_builder',
  'canary_none',
] as const;
export const CANARY_ADMIN = 'canary_all';

export const FLOW = 'canary_tell';
/** The flow starts when a specimen gets a size like this. */
export const FROM_SIZE = 1_000;
/** What everybody who starts the flow may tell, on the records where they may read it; and what nobody may but the administrator. */
const TOLD = ['record.title', 'record.c_text', 'record.c_decimal', 'record.c_json', 'record.place.name', 'trigger.new.c_email'];
const UNTOLD = [
  ...[
    'record.h_text',
    'record.h_integer',
    'record.h_json',
    'record.h_lookup',
    'record.d_formula',
    'record.place.secret',
    'record.badge.name',
  ],
  ...['record.vault.name', 'trigger.new.h_text', 'trigger.new.h_tags', 'trigger.old.h_email'],
];

/** A flow with a step of every kind, that works with the rights of whoever starts it and tells all it can: in a mail, to an address, in records. */
function flow(hook: string): Json {
  const mail = (id: string, path: string): Json => ({
    ...{ id, type: 'email.send@1' },
    input: { to: 'canary@trial.example', subject: { $template: `About {{${path}}}` }, text: { $template: `It is {{${path}}}` } },
    retry: { max: 1 },
  });
  const call = (id: string, path: string): Json => ({
    ...{ id, type: 'webhook.call@1' },
    input: { url: hook, body: { value: { $var: path } } },
    retry: { max: 1 },
  });
  const nodes: Json[] = [
    { id: 'way', type: 'branch@1', input: { cases: [{ port: 'large', if: { '>': [{ var: 'size' }, 5] } }] } },
    ...TOLD.flatMap((path, at) => [mail(`mail${String(at)}`, path), call(`call${String(at)}`, path)]),
    ...UNTOLD.flatMap((path, at) => [mail(`hushmail${String(at)}`, path), call(`hushcall${String(at)}`, path)]),
    { id: 'made', type: 'record.create@1', input: { object: SPECIMEN, set: { title: { $template: 'Made {{record.c_text}}' } } } },
    { id: 'hushmade', type: 'record.create@1', input: { object: SPECIMEN, set: { title: { $template: 'Made {{record.h_text}}' } } } },
    { id: 'changed', type: 'record.update@1', input: { set: { code: { $template: '{{record.id}} {{record.c_text}}' } } } },
    { id: 'hushchanged', type: 'record.update@1', input: { set: { code: { $template: '{{record.id}} {{record.h_text}}' } } } },
    { id: 'hushway', type: 'branch@1', input: { cases: [{ port: 'hidden', if: { '>': [{ var: 'h_integer' }, 5] } }] } },
  ];
  // Each step is followed by the next one, whatever became of it.
  const edges = nodes.slice(1).flatMap((node, at) => {
    const before = nodes[at] as { id: string; type: string };
    const ports = before.type === 'branch@1' ? ['large', 'else'] : ['ok', 'error'];
    return ports.map((port) => ({ from: before.id, port, to: node['id'] }));
  });
  return {
    ...{ kind: 'workflow', id: 'wfl_canary_tell', name: FLOW, label: 'Tells', object: SPECIMEN, runAs: 'trigger_user' },
    // Only by those who are to start it: whoever may read everything would tell everything.
    trigger: { type: 'record', on: ['update'], fields: ['size'], when: { '>=': [{ var: 'size' }, FROM_SIZE] } },
    ...{ nodes, start: 'way', edges },
  };
}

/** `hook` is where the flow calls; without one there is no flow. */
export const canaryDocuments = (hook?: string): Json[] => [
  { kind: 'pack', name: CANARY_PACK, label: 'Canaries', version: '1.0.0' },
  object(VAULT, 'name'),
  field(VAULT, 'name', 'text', { required: true, searchable: true }),
  field(VAULT, 'amount', 'integer'),
  object(BADGE, 'name'),
  field(BADGE, 'name', 'text', { required: true, searchable: true }),
  field(BADGE, 'level', 'integer'),
  object(PLACE, 'name'),
  field(PLACE, 'name', 'text', { required: true, searchable: true }),
  field(PLACE, 'region', 'picklist', choice('north', 'south')),
  field(PLACE, 'secret', 'text', { searchable: true }),
  field(PLACE, 'within', 'lookup', { target: PLACE, ...inverse('places') }),
  field(PLACE, 'd_sum', 'rollup', { rollup: { relation: 'specimens', function: 'sum', field: 'h_decimal' } }),
  field(PLACE, 'd_count', 'rollup', {
    rollup: { relation: 'specimens', function: 'count', where: { '>': [{ var: 'h_integer' }, 5] } },
  }),
  object(SPECIMEN, 'title'),
  field(SPECIMEN, 'title', 'text', { required: true, searchable: true }),
  field(SPECIMEN, 'status', 'picklist', { ...choice('open', 'won'), default: 'open' }),
  field(SPECIMEN, 'region', 'picklist', { ...choice('north', 'south'), default: 'north' }),
  field(SPECIMEN, 'size', 'integer'),
  field(SPECIMEN, 'code', 'text', { unique: true }),
  field(SPECIMEN, 'place', 'lookup', { target: PLACE, ...inverse('specimens') }),
  field(SPECIMEN, 'part_of', 'lookup', { target: SPECIMEN, ...inverse('parts') }),
  field(SPECIMEN, 'badge', 'lookup', { target: BADGE, ...inverse('specimens') }),
  field(SPECIMEN, 'vault', 'lookup', { target: VAULT, ...inverse('specimens') }),
  ...fieldsOfTypes('h', 0),
  ...fieldsOfTypes('c', 200),
  field(SPECIMEN, 'd_formula', 'formula', { formula: 'h_text & "!"' }),
  field(SPECIMEN, 'd_far', 'formula', { formula: 'place.secret & "!"' }),
  field(SPECIMEN, 'd_parts', 'rollup', { rollup: { relation: 'parts', function: 'max', field: 'h_integer' } }),
  {
    ...{ kind: 'view', id: 'viw_canary_list', object: SPECIMEN, name: 'hidden_order', label: 'Hidden order', type: 'list' },
    columns: [{ field: 'title' }, { field: 'h_text' }, { field: 'c_text' }],
    sort: [{ field: 'h_integer', direction: 'desc' }],
  },
  {
    ...{ kind: 'view', id: 'viw_canary_board', object: SPECIMEN, name: 'hidden_board', label: 'Hidden board', type: 'board' },
    board: { by: 'status', sums: ['size', 'h_decimal'], card: ['title', 'h_text', 'badge'] },
  },
  role(CANARY_ADMIN, {
    capabilities: ALL_CAPABILITIES,
    default: { create: true, read: 'all', update: 'all', delete: 'all', fields: 'edit', actions: ACTIONS },
  }),
  role('canary_own'),
  permission('canary_own', SPECIMEN, { ...rows('own'), fields: masks() }),
  ...around('canary_own'),
  role('canary_team'),
  permission('canary_team', SPECIMEN, { ...rows('team'), fields: masks() }),
  ...around('canary_team'),
  role('canary_wide'),
  permission('canary_wide', SPECIMEN, {
    ...rows('all'),
    fields: masks(),
    deny: { read: { where: { '==': [{ var: 'region' }, 'south'] } } },
  }),
  ...around('canary_wide'),
  // Is given everything, and has it taken away again.
  role('canary_shut'),
  permission('canary_shut', SPECIMEN, {
    ...rows('all'),
    deny: {
      fields: Object.fromEntries(
        HIDDEN_TYPES.flatMap(({ type }): [string, unknown][] => [
          [hiddenName(type), 'read'],
          [someName(type), { read: NOT_OPEN }],
        ]),
      ),
    },
  }),
  ...around('canary_shut'),
  role('canary_clerk', { capabilities: ['view_automation', 'explain_access', 'manage_users', 'manage_settings', 'view_as'] }),
  permission('canary_clerk', SPECIMEN, { ...rows('own'), fields: masks() }),
  ...around('canary_clerk'),
  role('canary_builder', { capabilities: ['edit_metadata'] }),
  role('canary_none'),
  ...(hook === undefined ? [] : [flow(hook)]),
];

export const canaryFiles = (hook?: string): PackFile[] =>
  canaryDocuments(hook).map((document, at) => packFile(CANARY_PACK, document as unknown as MetadataDocument, at));
