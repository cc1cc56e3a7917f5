import { documents } from './world-documents.js';

type Json = Record<string, unknown>;

const field = (of: string, name: string, type: string, more: Json = {}) => ({
  kind: 'field',
  id: `fld_${of}_${name}`,
  object: of,
  name,
  label: name,
  type,
  ...more,
});

/** Everybody but the role "own". */
const withBulk = (document: Json): Json => {
  if (document['name'] === 'own' || document['role'] === 'own') return document;
  if (document['kind'] === 'role') return { ...document, default: { ...(document['default'] as Json), actions: ['bulk'] } };
  return document['kind'] === 'permission' ? { ...document, actions: ['bulk'] } : document;
};

/** The small world, whose people may write many records at once, with what makes that harder: roll-ups, lists of links, and rules about neighbours. */
export const bulkDocuments: readonly Json[] = [
  ...documents.map(withBulk),
  field('project', 'partners', 'many_to_many', { target: 'company', inverse: { name: 'partnerships', label: 'Partnerships' } }),
  field('project', 'done_at', 'datetime', { stampedBy: 'status' }),
  field('project', 'tasks_count', 'rollup', { rollup: { relation: 'tasks', function: 'count' }, materialized: true }),
  { kind: 'object', id: 'obj_unit', name: 'unit', label: 'Unit', pluralLabel: 'Units', nameField: 'name' },
  field('unit', 'name', 'text', { required: true }),
  field('unit', 'code', 'text', { unique: true }),
  field('unit', 'is_closed', 'boolean'),
  field('unit', 'parent', 'lookup', { target: 'unit', inverse: { name: 'children', label: 'Children' } }),
  {
    kind: 'validation',
    id: 'val_unit_closed',
    object: 'unit',
    name: 'closed_with_children',
    label: 'Closed with its children',
    on: ['create', 'update'],
    errorWhen: {
      and: [{ '==': [{ var: 'is_closed' }, true] }, { any: [{ var: 'children' }, { '!=': [{ var: 'is_closed' }, true] }] }],
    },
    message: 'Close its children first.',
    field: 'is_closed',
  },
];
