import type { SourceDocument } from '../../src/model/types.js';

type Json = Record<string, unknown>;

const object = (name: string, more: Json = {}) => ({
  kind: 'object',
  id: `obj_${name}`,
  name,
  label: name,
  pluralLabel: `${name}s`,
  nameField: 'name',
  ...more,
});
const field = (of: string, name: string, type: string, more: Json = {}) => ({
  kind: 'field',
  id: `fld_${of}_${name}`,
  object: of,
  name,
  label: name,
  type,
  ...more,
});
const role = (name: string, all: 'all' | 'none') => ({
  kind: 'role',
  id: `rol_${name}`,
  name,
  label: name,
  default: { create: all === 'all', read: all, update: all, delete: all, fields: 'edit' },
});
const permission = (of: string, on: string, more: Json) => ({ kind: 'permission', id: `prm_${of}_${on}`, role: of, object: on, ...more });
const inverse = (name: string) => ({ inverse: { name, label: name } });

/** A small world without any business: programs have phases, projects go through them, tasks belong to projects. */
const documents: Json[] = [
  { kind: 'pack', name: 'world', label: 'World', version: '1.0.0' },
  object('program'),
  field('program', 'name', 'text', { required: true }),
  field('program', 'is_default', 'boolean'),
  object('phase'),
  field('phase', 'name', 'text', { required: true }),
  field('phase', 'program', 'lookup', { target: 'program', required: true, ...inverse('phases') }),
  field('phase', 'order', 'integer'),
  field('phase', 'color', 'picklist', { options: [{ value: 'info', label: 'Blue' }] }),
  object('company'),
  field('company', 'name', 'text', { required: true, searchable: true }),
  field('company', 'city', 'text', { searchable: true }),
  field('company', 'secret', 'text', { searchable: true }),
  field('company', 'code', 'text', { unique: true }),
  object('project'),
  field('project', 'name', 'text', { required: true, searchable: true }),
  field('project', 'number', 'autonumber', { format: 'P-{0000}' }),
  field('project', 'program', 'lookup', {
    target: 'program',
    required: true,
    default: { $lookup: { where: { '==': [{ var: 'is_default' }, true] } } },
  }),
  field('project', 'phase', 'lookup', {
    target: 'phase',
    required: true,
    ...inverse('projects'),
    where: { '==': [{ var: 'program' }, { var: '$record.program' }] },
    default: { $lookup: { where: { '==': [{ var: 'program' }, { var: '$record.program' }] }, sort: 'order' } },
  }),
  field('project', 'company', 'lookup', { target: 'company', onDelete: 'restrict', ...inverse('projects') }),
  field('project', 'budget', 'currency'),
  field('project', 'score', 'integer', { indexed: true }),
  field('project', 'rate', 'decimal', { precision: 10, scale: 4 }),
  field('project', 'due', 'date'),
  field('project', 'status', 'picklist', {
    default: 'open',
    options: [
      { value: 'open', label: 'Open', color: 'info' },
      { value: 'done', label: 'Done', color: 'success' },
    ],
  }),
  field('project', 'tags', 'multi_picklist', {
    options: [
      { value: 'a', label: 'A' },
      { value: 'b', label: 'B' },
    ],
  }),
  field('project', 'secret', 'text', { searchable: true }),
  object('task', { nameField: 'title' }),
  field('task', 'title', 'text', { required: true }),
  field('task', 'project', 'master_detail', { target: 'project', required: true, ...inverse('tasks') }),
  field('task', 'due', 'date'),
  {
    kind: 'validation',
    id: 'val_done',
    object: 'project',
    name: 'done_needs_budget',
    label: 'Done needs a budget',
    on: ['create', 'update'],
    errorWhen: { and: [{ '==': [{ var: 'status' }, 'done'] }, { is_empty: [{ var: 'budget' }] }] },
    message: 'A project is done only with a budget.',
    field: 'budget',
  },
  {
    kind: 'view',
    id: 'viw_board',
    object: 'project',
    name: 'board',
    label: 'Board',
    type: 'board',
    sort: [{ field: 'score', direction: 'desc' }],
    board: {
      by: 'phase',
      sums: ['budget', 'score'],
      card: ['name', 'company', 'budget'],
      columns: { sort: [{ field: 'order', direction: 'asc' }], details: ['order'], color: 'color' },
      switcher: 'program',
    },
  },
  {
    kind: 'view',
    id: 'viw_open',
    object: 'project',
    name: 'open',
    label: 'Open',
    type: 'list',
    filter: { '==': [{ var: 'status' }, 'open'] },
    columns: [{ field: 'name' }, { field: 'secret' }],
    sort: [{ field: 'name', direction: 'asc' }],
  },
  {
    kind: 'workflow',
    id: 'wfl_done',
    name: 'on_done',
    label: 'On done',
    object: 'project',
    trigger: { type: 'record', on: ['create', 'update'], entry: 'becomes_true', when: { '==': [{ var: 'status' }, 'done'] } },
    nodes: [{ id: 'n1', type: 'record.create@1', input: { object: 'company', set: { name: 'made' } } }],
    start: 'n1',
    edges: [],
  },
  {
    kind: 'workflow',
    id: 'wfl_score',
    name: 'on_score',
    label: 'On score',
    object: 'project',
    trigger: {
      type: 'record',
      on: ['update'],
      fields: ['score'],
      entry: 'every_match',
      when: { '>': [{ var: 'score' }, { var: '$previous.score' }] },
    },
    nodes: [{ id: 'n1', type: 'record.create@1', input: { object: 'company', set: { name: 'made' } } }],
    start: 'n1',
    edges: [],
  },
  role('admin', 'all'),
  // Works on own projects; may not see secrets; may read companies of one city only.
  role('rep', 'none'),
  permission('rep', 'program', { read: 'all' }),
  permission('rep', 'phase', { read: 'all' }),
  permission('rep', 'company', {
    read: { where: { '==': [{ var: 'city' }, 'Bern'] } },
    fields: { default: 'read', only: { secret: 'none' } },
  }),
  permission('rep', 'project', {
    create: true,
    read: 'own',
    update: 'own',
    delete: 'own',
    fields: { default: 'edit', only: { secret: 'none', rate: 'read' } },
  }),
  permission('rep', 'task', { create: true, read: 'all', update: 'all', delete: 'all' }),
  // Sees all projects without their secrets; with `own` added, the secrets of own projects too.
  role('viewer', 'none'),
  permission('viewer', 'project', { read: 'all', fields: { default: 'read', only: { secret: 'none' } } }),
  role('own', 'none'),
  permission('own', 'project', { read: 'own', update: 'own', fields: { default: 'edit' } }),
];

export const sources: readonly SourceDocument[] = documents.map((document) => ({ origin: 'world', document: document as never }));
