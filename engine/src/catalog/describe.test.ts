import { describe, expect, it } from 'vitest';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { compileModel } from '../model/compile-model.js';
import type { ActiveModel } from '../model/active.js';
import { bindingsOf } from '../planner/bindings.js';
import { describeFor, screenMetadata } from './describe.js';

const city = { kind: 'object', id: 'obj_city', name: 'city', label: 'City', pluralLabel: 'Cities', nameField: 'title' };
const secret = { kind: 'object', id: 'obj_secret', name: 'secret', label: 'Secret', pluralLabel: 'Secrets', nameField: 'title' };
const field = (object: string, name: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_${object}_${name}`,
  object,
  name,
  label: name,
  type: 'text',
  ...more,
});
const documents = [
  city,
  secret,
  field('city', 'title'),
  field('city', 'debt', { type: 'integer' }),
  field('city', 'bank', { type: 'lookup', target: 'secret', inverse: { name: 'cities', label: 'Cities' } }),
  field('secret', 'title'),
  {
    kind: 'role',
    id: 'rol_admin',
    name: 'admin',
    label: 'Admin',
    capabilities: ['edit_metadata'],
    default: { create: true, read: 'all', update: 'all', delete: 'all' },
  },
  { kind: 'role', id: 'rol_clerk', name: 'clerk', label: 'Clerk' },
  {
    kind: 'permission',
    id: 'prm_clerk_city',
    role: 'clerk',
    object: 'city',
    read: 'all',
    update: 'own',
    fields: { default: 'edit', only: { debt: 'none', bank: 'read' } },
  },
  {
    kind: 'validation',
    id: 'val_debt',
    object: 'city',
    name: 'debt',
    label: 'Debt',
    errorWhen: { '>': [{ var: 'debt' }, 5] },
    message: 'Too much debt.',
  },
  {
    kind: 'view',
    id: 'viw_poor',
    object: 'city',
    name: 'poor',
    label: 'Poor',
    type: 'list',
    filter: { '>': [{ var: 'debt' }, 1] },
    columns: [{ field: 'title' }],
  },
  {
    kind: 'view',
    id: 'viw_all',
    object: 'city',
    name: 'all',
    label: 'All',
    type: 'list',
    columns: [{ field: 'title' }, { field: 'debt' }, { field: 'bank.title' }],
  },
  {
    kind: 'layout',
    id: 'lay_city',
    object: 'city',
    name: 'record',
    label: 'Record',
    highlights: ['debt'],
    sections: [
      { id: 'main', label: 'Main', fields: [{ field: 'title', required: { '>': [{ var: 'debt' }, 1] } }, { field: 'debt' }] },
      { id: 'bank', label: 'Bank', visible: { '>': [{ var: 'debt' }, 1] }, fields: [{ field: 'bank' }] },
    ],
  },
  {
    kind: 'app',
    id: 'app_one',
    name: 'one',
    label: 'One',
    items: [
      { id: 'city', object: 'city' },
      { id: 'secret', object: 'secret' },
    ],
  },
];

const compiled = compileModel(documents.map((document) => ({ origin: 'tenant', document: document as MetadataDocument })));
if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
const active: ActiveModel = { space: 1, revision: 3, model: compiled.model, bindings: bindingsOf(1, []) };
const asRole = (...roles: string[]) => screenMetadata(active, { kind: 'user', roles });
const cityOf = (...roles: string[]) => asRole(...roles).objects.find((object) => object.name === 'city');

describe('describing the metadata to a caller', () => {
  it('gives an administrator all of it', () => {
    expect(asRole('admin').objects.map((object) => object.name)).toEqual(['user', 'city', 'secret']);
    expect(cityOf('admin')?.views.map((view) => view.name)).toEqual(['poor', 'all']);
    expect(asRole('admin').capabilities).toEqual(['edit_metadata']);
  });

  it('never says the name of what the caller may not read: not as a field, a column, a condition or a rule', () => {
    expect(JSON.stringify(asRole('clerk'))).not.toMatch(/debt|secret/i);
  });

  it('leaves out what can not be decided without it', () => {
    const seen = cityOf('clerk');
    expect(seen?.fields.map(({ name }) => name)).toContain('bank');
    expect(seen?.fields.find(({ name }) => name === 'bank')).not.toHaveProperty('target');
    expect(seen?.views.map((view) => view.name)).toEqual(['all']);
    expect(seen?.views[0]?.columns).toEqual([{ field: 'title' }]);
    expect(seen?.layouts[0]?.sections).toEqual([{ id: 'main', label: 'Main', fields: [{ field: 'title' }] }]);
    expect(seen?.validations).toEqual([]);
    expect(seen?.access).toEqual({ create: false, read: true, update: true, delete: false, actions: [] });
  });

  it('says which fields may be written', () => {
    const editable = cityOf('clerk')
      ?.fields.filter((candidate) => candidate.editable)
      .map(({ name }) => name);
    expect(editable).toEqual(['title', 'owner']);
  });

  it('shows nothing to somebody without a role', () => {
    expect(asRole().objects).toEqual([]);
    expect(asRole('nobody').apps).toEqual([]);
  });

  it('draws a page and a list for an object that has none', () => {
    const seen = asRole('admin').objects.find((object) => object.name === 'secret');
    expect(seen?.layouts[0]?.sections[0]?.fields.map((entry) => entry.field)).toEqual(['title', 'owner']);
    expect(seen?.layouts[0]?.related?.[0]).toMatchObject({
      object: 'city',
      field: 'bank',
      columns: ['title', 'debt', 'owner', 'updated_at'],
    });
    expect(seen?.views[0]?.columns).toEqual([{ field: 'title' }, { field: 'owner' }, { field: 'updated_at' }]);
  });

  it('has one tag for everybody with the same roles, another for other roles or another revision', () => {
    const tag = (of: ActiveModel, roles: string[]) => describeFor(of, { kind: 'user', roles }).etag;
    expect(tag(active, ['clerk', 'admin'])).toBe(tag(active, ['admin', 'clerk']));
    expect(tag(active, ['clerk'])).not.toBe(tag(active, ['admin']));
    expect(tag({ ...active, revision: 4 }, ['clerk'])).not.toBe(tag(active, ['clerk']));
  });
});
