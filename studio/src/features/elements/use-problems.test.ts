import type { PermissionDocument, RoleDocument } from '@fieldstone/metadata/types/documents.js';
import { describe, expect, it } from 'vitest';
import { problemsOfIssues } from '../../api/problems.js';
import { emptyDraft, putAll } from '../../draft/draft.js';
import { controlsOf } from '../objects/PermissionFields.js';
import { issuesOf } from './use-problems.js';

const role: RoleDocument = { kind: 'role', id: 'rol_clerk', name: 'clerk', label: 'Clerk', includes: ['nobody'] };
const permission: PermissionDocument = {
  kind: 'permission',
  id: 'prm_clerk',
  role: 'clerk',
  object: 'deal',
  read: [{ where: { '==': [{ var: 'zq' }, 1] } }],
  fields: { only: { amount: { read: 'own' } } },
  deny: { fields: { amount: { edit: { where: { '==': [{ var: 'zq' }, 1] } } }, id: 'read' }, actions: ['zq'] },
};
const draft = putAll(emptyDraft, [role, permission]);
const issue = (file: string, path: string, message: string) => ({ file, path, code: 'x', message });
const OF_PERMISSION = 'permission clerk.deal';

describe('problems of the draft at the form of a permission', () => {
  const controls = controlsOf(permission);
  it.each([
    ['a rule, and what is within its condition', '/read/0/where/==/0/var', '/read'],
    ['an action', '/deny/actions/0', '/deny/actions'],
    ['a field on some records', '/fields/only/amount/read/where', '/fields/only/amount/read'],
    ['a field taken away on some records', '/deny/fields/amount/edit/where/==/0', '/deny/fields/amount/edit'],
    ['a field that can not be taken away', '/deny/fields/id', '/deny/fields/id'],
  ])('%s', (_what, path, control) => {
    const issues = issuesOf(draft, 'prm_clerk', [issue(OF_PERMISSION, path, 'Not so.')]);
    const problems = problemsOfIssues(issues, controls);
    expect(controls.filter((each) => problems.at(each) !== undefined)).toEqual([control]);
    expect(problems.rest).toBeUndefined();
  });

  it('are not those of other elements, and none of its own is lost', () => {
    const all = [issue('role clerk', '/includes/0', 'Of the role.'), issue(OF_PERMISSION, '/role', 'Of none of the controls.')];
    const problems = problemsOfIssues(issuesOf(draft, 'prm_clerk', all), controls);
    expect(controls.flatMap((each) => problems.at(each) ?? [])).toEqual([]);
    expect(problems.rest).toBe('Of none of the controls.');
    expect(problemsOfIssues(issuesOf(draft, 'rol_clerk', all), ['/includes']).at('/includes')).toBe('Of the role.');
  });
});
