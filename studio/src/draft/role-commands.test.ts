import type { PermissionDocument, RoleDocument } from '@fieldstone/metadata/types/documents.js';
import { describe, expect, it } from 'vitest';
import { emptyDraft, ofKind, putAll } from './draft.js';
import { addRole, includersOf, retireRole } from './role-commands.js';

const role = (name: string, includes: string[] = []): RoleDocument => ({
  kind: 'role',
  id: `rol_${name}`,
  name,
  label: name,
  ...(includes.length === 0 ? {} : { includes }),
});
const permission: PermissionDocument = { kind: 'permission', id: 'prm_exports', role: 'exports', object: 'deal', actions: ['export'] };
const draft = putAll(emptyDraft, [
  role('exports'),
  role('reports', ['exports']),
  role('manager', ['reports', 'merges']),
  role('merges'),
  role('round', ['round']),
  permission,
]);

describe('roles and permission sets', () => {
  it('who has all that a role has, over others too, and not itself', () => {
    const names = (of: string) => includersOf(draft, of).map(({ name }) => name);
    expect(names('exports')).toEqual(['reports', 'manager']);
    expect(names('merges')).toEqual(['manager']);
    expect(names('manager')).toEqual([]);
    expect(names('round')).toEqual([]);
  });

  it('one that is retired takes its permissions along, and nobody includes it any more', () => {
    const after = retireRole(draft, role('exports'));
    expect(ofKind(after, 'permission')).toEqual([]);
    expect(ofKind(after, 'role').map(({ name, includes }) => [name, includes])).toEqual([
      ['reports', undefined],
      ['manager', ['reports', 'merges']],
      ['merges', undefined],
      ['round', ['round']],
    ]);
  });

  it('a new one has a name of its own', () => {
    const first = addRole(draft, true);
    const second = addRole(first.draft, true);
    expect([first.role, second.role]).toMatchObject([
      { name: 'new_permission_set', label: 'New permission set', set: true },
      { name: 'new_permission_set_2', label: 'New permission set 2', set: true },
    ]);
    expect(addRole(draft, false).role).not.toHaveProperty('set');
  });
});
