type Json = Record<string, unknown>;

const permission = (role: string, more: Json): Json => ({ kind: 'permission', id: `prm_${role}`, role, object: 'deal', ...more });
const role = (name: string, more: Json = {}): Json => ({
  kind: 'role',
  id: `rol_${name}`,
  name,
  label: name,
  default: { create: false, read: 'none', update: 'none', delete: 'none', fields: 'edit' },
  ...more,
});
const field = (name: string, type: string, more: Json = {}): Json => ({
  kind: 'field',
  id: `fld_deal_${name}`,
  object: 'deal',
  name,
  label: name,
  type,
  ...more,
});

/** One permission for each way to records, to be put together. Each says on `deal` what its name says. */
export const PERMISSIONS: Readonly<Record<string, Json>> = {
  reads_own: { read: 'own' },
  reads_team: { read: 'team', fields: { default: 'read' } },
  reads_below: { read: 'below', fields: { default: 'read', only: { margin: 'none' } } },
  reads_all: { read: 'all', fields: { default: 'read', only: { margin: 'none' } } },
  reads_territory: { read: { where: { in: [{ var: 'region' }, { var: '$user.territories' }] } }, fields: { default: 'read' } },
  reads_own_and_north: { read: ['own', { where: { '==': [{ var: 'region' }, 'north'] } }] },
  edits_own: { create: true, read: 'own', update: 'own', delete: 'own', actions: ['export', 'share'] },
  edits_all: { create: true, read: 'all', update: 'all', delete: 'all', actions: ['export', 'merge'] },
  sees_margin_of_won: {
    read: 'own',
    fields: { default: 'read', only: { margin: { read: { where: { '==': [{ var: 'stage' }, 'won'] } } } } },
  },
  edits_margin_until_won: {
    create: true,
    read: 'all',
    update: 'all',
    fields: { default: 'edit', only: { margin: { edit: { where: { '!=': [{ var: 'stage' }, 'won'] } } } } },
  },
  not_south: { deny: { read: { where: { '==': [{ var: 'region' }, 'south'] } } } },
  no_margin: { deny: { fields: { margin: 'read' } } },
  no_stage: { deny: { fields: { stage: 'read' } } },
  margin_as_it_is: { deny: { fields: { margin: 'edit' } } },
  no_margin_in_north: { deny: { fields: { margin: { read: { where: { '==': [{ var: 'region' }, 'north'] } } } } } },
  nothing_new: { deny: { create: true, delete: 'all', actions: ['export'] } },
  won_stays: { deny: { update: { where: { '==': [{ var: 'stage' }, 'won'] } } } },
};

export const permissionDocuments: readonly Json[] = [
  { kind: 'object', id: 'obj_deal', name: 'deal', label: 'Deal', pluralLabel: 'Deals', nameField: 'name' },
  field('name', 'text', { required: true }),
  field('region', 'picklist', { options: ['north', 'south'].map((value) => ({ value, label: value })) }),
  field('stage', 'picklist', { options: ['open', 'won'].map((value) => ({ value, label: value })) }),
  field('margin', 'integer'),
  field('helper', 'user'),
  ...Object.entries(PERMISSIONS).flatMap(([name, more]) => [role(name, { set: true }), permission(name, more)]),
  role('includes_both', { includes: ['reads_own', 'includes_more'] }),
  role('includes_more', { includes: ['reads_team', 'includes_both'] }),
  role('admin', { default: { create: true, read: 'all', update: 'all', delete: 'all', fields: 'edit', actions: ['export', 'share'] } }),
];
