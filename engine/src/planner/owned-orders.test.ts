import { describe, expect, it } from 'vitest';
import type { MetadataDocument, PermissionDocument } from '@fieldstone/metadata/types/documents.js';
import { compileModel } from '../model/compile-model.js';
import { ownedOrders } from './owned-orders.js';

const field = (name: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_city_${name}`,
  object: 'city',
  name,
  label: name,
  type: 'text',
  ...more,
});
const OWN = { '==': [{ var: 'owner' }, { var: '$user.id' }] };
const LARGE = { '==': [{ var: 'size' }, 'large'] };

/** A city whose only view is sorted by `sort`, and whose only role reads it by `read`. */
const orders = (sort: string, read: PermissionDocument['read'], indexed = true): string[] => {
  const documents = [
    { kind: 'object', id: 'obj_city', name: 'city', label: 'City', pluralLabel: 'Cities', nameField: 'title' },
    field('title', { indexed }),
    field('size'),
    {
      kind: 'view',
      id: 'viw_city_all',
      object: 'city',
      name: 'all',
      label: 'All',
      type: 'list',
      columns: [{ field: 'title' }],
      sort: [{ field: sort, direction: 'desc' }],
    },
    { kind: 'role', id: 'rol_clerk', name: 'clerk', label: 'Clerk' },
    { kind: 'permission', id: 'prm_clerk_city', role: 'clerk', object: 'city', read },
  ];
  const compiled = compileModel(documents.map((document) => ({ origin: 'tenant', document: document as MetadataDocument })));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  return [...ownedOrders(compiled.model)];
};

describe('orders of lists that owners see', () => {
  it.each<[string, string, PermissionDocument['read'], boolean, string[]]>([
    ['own records, by an indexed field', 'title', 'own', true, ['fld_city_title']],
    ['own records and something more', 'title', { where: { and: [LARGE, OWN] } }, true, ['fld_city_title']],
    ['own records or others', 'title', { where: { or: [LARGE, OWN] } }, true, []],
    ['other records', 'title', { where: LARGE }, true, []],
    ['all records', 'title', 'all', true, []],
    ['no records', 'title', 'none', true, []],
    ['a field without an index', 'title', 'own', false, []],
    ['a field of the system, which has its index', 'updated_at', 'own', true, []],
  ])('%s', (_, sort, read, indexed, expected) => {
    expect(orders(sort, read, indexed)).toEqual(expected);
  });
});
