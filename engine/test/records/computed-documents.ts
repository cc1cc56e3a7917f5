type Json = Record<string, unknown>;

const object = (name: string, nameField = 'name') => ({
  kind: 'object',
  id: `obj_${name}`,
  name,
  label: name,
  pluralLabel: `${name}s`,
  nameField,
});
export const field = (of: string, name: string, type: string, more: Json = {}) => ({
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
const formula = (of: string, name: string, text: string, more: Json = {}) => field(of, name, 'formula', { formula: text, ...more });
const isOpen = { '==': [{ var: 'status' }, 'open'] };

/** Orders of customers: what is left of an order after discount and cost, and what a customer's orders come to. */
export const documents: readonly Json[] = [
  object('customer'),
  field('customer', 'name', 'text', { required: true }),
  field('customer', 'city', 'text'),
  field('customer', 'factor', 'decimal'),
  field('customer', 'limit', 'currency'),
  object('order'),
  field('order', 'name', 'text', { required: true }),
  field('order', 'customer', 'lookup', { target: 'customer', inverse: { name: 'orders', label: 'Orders' } }),
  field('order', 'amount', 'currency'),
  field('order', 'shipping', 'currency'),
  field('order', 'discount', 'percent'),
  field('order', 'cost', 'decimal'),
  field('order', 'count', 'integer'),
  field('order', 'closed', 'date'),
  field('order', 'status', 'picklist', {
    default: 'open',
    options: [
      { value: 'open', label: 'Open' },
      { value: 'done', label: 'Done' },
    ],
  }),
  object('line'),
  object('person', 'full_name'),
  field('person', 'first', 'text'),
  field('person', 'last', 'text'),
  formula('person', 'full_name', 'TRIM(first & " " & last)', { searchable: true }),
  field('person', 'manager', 'lookup', { target: 'person', inverse: { name: 'team', label: 'Team' } }),
  field('line', 'name', 'text', { required: true }),
  field('line', 'order', 'master_detail', { target: 'order', inverse: { name: 'lines', label: 'Lines' } }),
  field('line', 'quantity', 'decimal'),
  field('line', 'price', 'currency'),

  formula('order', 'net', 'amount * (1 - BLANKVALUE(discount, 0) / 100)', { returns: 'currency' }),
  formula('order', 'total', 'net + BLANKVALUE(shipping, 0)', { returns: 'currency' }),
  formula('order', 'margin', 'amount - cost', { returns: 'decimal' }),
  formula('order', 'margin_pct', 'margin / amount * 100', { returns: 'percent', scale: 1 }),
  formula('order', 'title', 'UPPER(name) & " / " & customer.name'),
  formula('order', 'is_big', 'amount >= 1000'),
  formula('order', 'due', 'closed + 14'),
  formula('order', 'age', 'TODAY() - closed', { scale: 0 }),
  formula('order', 'weight', 'count * 2 + 1', { scale: 0, indexed: true }),
  formula('order', 'weighted', 'cost * customer.factor'),
  formula('order', 'of_customer', 'amount / customer.volume', { scale: 4 }),

  field('customer', 'orders_count', 'rollup', { rollup: { relation: 'orders', function: 'count' } }),
  field('customer', 'open_count', 'rollup', { rollup: { relation: 'orders', function: 'count', where: isOpen }, materialized: true }),
  field('customer', 'volume', 'rollup', { rollup: { relation: 'orders', function: 'sum', field: 'amount' }, materialized: true }),
  field('customer', 'open_net', 'rollup', { rollup: { relation: 'orders', function: 'sum', field: 'net', where: isOpen }, indexed: true }),
  field('customer', 'cost_sum', 'rollup', { rollup: { relation: 'orders', function: 'sum', field: 'cost' } }),
  field('customer', 'last_closed', 'rollup', { rollup: { relation: 'orders', function: 'max', field: 'closed' }, materialized: true }),
  field('customer', 'average', 'rollup', { rollup: { relation: 'orders', function: 'avg', field: 'count' } }),
  field('order', 'lines_total', 'rollup', { rollup: { relation: 'lines', function: 'sum', field: 'total' }, materialized: true }),
  formula('line', 'total', 'quantity * price', { returns: 'currency' }),
  formula('customer', 'left', 'limit - open_net', { returns: 'currency' }),

  {
    kind: 'validation',
    id: 'val_margin',
    object: 'order',
    name: 'margin_not_below',
    label: 'No loss',
    on: ['create', 'update'],
    errorWhen: { '<': [{ var: 'margin' }, -100] },
    message: 'That is too much of a loss.',
    field: 'cost',
  },
  {
    kind: 'workflow',
    id: 'wfl_big',
    name: 'on_big',
    label: 'On big',
    object: 'order',
    trigger: { type: 'record', on: ['create', 'update'], entry: 'becomes_true', when: { '==': [{ var: 'is_big' }, true] } },
    nodes: [{ id: 'n1', type: 'record.create@1', input: { object: 'customer', set: { name: { $template: '{{record.title}}' } } } }],
    start: 'n1',
    edges: [],
  },
  {
    kind: 'view',
    id: 'viw_board',
    object: 'order',
    name: 'board',
    label: 'Board',
    type: 'board',
    board: { by: 'status', sums: ['net', 'margin'], card: ['name', 'net', 'margin'] },
  },
  role('admin', 'all'),
  // May not know what an order costs.
  role('rep', 'none'),
  permission('rep', 'customer', { read: { where: { '==': [{ var: 'city' }, 'Bern'] } }, fields: { default: 'read' } }),
  permission('rep', 'order', { create: true, read: 'all', update: 'all', fields: { default: 'edit', only: { cost: 'none' } } }),
  permission('rep', 'line', { read: 'all', fields: { default: 'read' } }),
  // Sees own orders; all customers.
  role('own', 'none'),
  permission('own', 'customer', { read: 'all', fields: { default: 'read' } }),
  permission('own', 'order', { create: true, read: 'own', update: 'own', fields: { default: 'edit' } }),
  // Sees all orders, and what they cost for own ones.
  role('masked', 'none'),
  permission('masked', 'order', { read: 'all', fields: { default: 'read', only: { cost: 'none' } } }),
  permission('masked', 'customer', { read: 'all', fields: { default: 'read' } }),
];
