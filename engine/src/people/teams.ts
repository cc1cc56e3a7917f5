import { AppError, notFound, type Issue } from '../kernel/errors.js';
import { isUuid, newId } from '../kernel/ids.js';
import { pointer } from '../kernel/json-pointer.js';
import type { Model } from '../model/types.js';
import type { IdentityPool } from '../store/identity.js';
import { deleteTeam, insertTeam, listTeams, updateTeam, type TeamKind, type TeamRow } from '../store/teams.js';
import { rolesOf } from './actor.js';
import { reachesBy } from '../rules/covers.js';
import { told } from '../texts/told.js';
import { checkGiven, checkOwnReach, type Giver } from './users.js';

/** A team or a queue as administrators see it. Roles are API names: what everybody in it has besides their own. */
export type TeamInfo = Omit<TeamRow, 'roleIds'> & { readonly roles: readonly string[] };

type Input = Readonly<Record<string, unknown>>;
const KEYS: ReadonlySet<string> = new Set(['name', 'kind', 'members', 'roles']);
const MAX_MEMBERS = 5_000;

export async function teamsOf(pool: IdentityPool, model: Model, tenantId: number): Promise<TeamInfo[]> {
  return (await listTeams(pool, tenantId)).map((row) => infoOf(model, row));
}

/**
 * Makes a team, or a queue: `kind` "team" or "queue", name, members? (ids of users), roles? (API names).
 *
 * Errors: record_invalid with every problem; duplicate when another one is called so.
 */
export async function createTeam(pool: IdentityPool, model: Model, tenantId: number, input: Input, giver?: Giver): Promise<TeamInfo> {
  const issues = [...check(model, input, giver), ...checkJoining(model, undefined, input, giver)];
  for (const key of ['name', 'kind']) {
    if (input[key] === undefined) issues.push({ path: pointer(key), code: 'required', ...told('user.required') });
  }
  refuse(issues);
  const team = { id: newId(), name: (input['name'] as string).trim(), kind: input['kind'] as TeamKind, ...changeOf(model, input) };
  return answer(model, await insertTeam(pool, tenantId, team));
}

/** Errors: as for making one; not_found. The kind stays: records would lose their owner. */
export async function changeTeam(
  pool: IdentityPool,
  model: Model,
  tenantId: number,
  id: string,
  input: Input,
  giver?: Giver,
): Promise<TeamInfo> {
  const team = (await listTeams(pool, tenantId)).find((each) => each.id === id);
  const issues = [...check(model, input, giver), ...checkJoining(model, team && infoOf(model, team), input, giver)];
  if ('kind' in input) issues.push({ path: '/kind', code: 'not_writable', ...told('team.kind_stays') });
  refuse(issues);
  if (!isUuid(id)) throw notFound(told('team.unknown'));
  const name = input['name'] === undefined ? {} : { name: (input['name'] as string).trim() };
  return answer(model, await updateTeam(pool, tenantId, id, { ...name, ...changeOf(model, input) }));
}

export async function removeTeam(pool: IdentityPool, tenantId: number, id: string): Promise<void> {
  if (!isUuid(id) || !(await deleteTeam(pool, tenantId, id))) throw notFound(told('team.unknown'));
}

/** New members get what the team has: that must be the giver's to give, and the giver is not let in by themselves. */
function checkJoining(model: Model, team: TeamInfo | undefined, { members, roles }: Input, giver: Giver | undefined): Issue[] {
  if (!Array.isArray(members) || giver === undefined) return [];
  const former = new Set(team?.members.map(({ id }) => id));
  const joining = members.filter((id: unknown) => typeof id === 'string' && !former.has(id));
  if (joining.length === 0) return [];
  // Whoever joins a team that the giver is in brings their records along.
  const isJoined = team?.kind === 'team' && former.has(giver.userId) && reachesBy(model, giver.roles, 'team');
  const given = roles === undefined ? checkGiven(model, team?.roles ?? [], giver).slice(0, 1) : [];
  return [
    ...given.map((issue) => ({ ...issue, path: '/members' })),
    ...checkOwnReach(model, giver, isJoined || joining.includes(giver.userId), '/members'),
  ];
}

function answer(model: Model, row: TeamRow | 'not_found' | 'name_taken' | 'unknown_member'): TeamInfo {
  if (row === 'not_found') throw notFound(told('team.unknown'));
  if (row === 'name_taken') {
    const text = told('team.taken');
    throw new AppError('duplicate', text, { issues: [{ path: '/name', code: 'duplicate', ...text }] });
  }
  if (row === 'unknown_member') refuse([{ path: '/members', code: 'not_a_user', ...told('team.not_a_member') }]);
  return infoOf(model, row as TeamRow);
}

function refuse(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new AppError('record_invalid', told('team.not_saved'), { issues });
}

const infoOf = (model: Model, { roleIds, ...row }: TeamRow): TeamInfo => ({
  ...row,
  roles: rolesOf(model, roleIds).map(({ name }) => name),
});

const changeOf = (model: Model, input: Input) => ({
  ...(input['members'] === undefined ? {} : { members: [...new Set(input['members'] as string[])] }),
  ...(input['roles'] === undefined ? {} : { roleIds: (input['roles'] as string[]).flatMap((name) => model.roles.get(name)?.id ?? []) }),
});

function check(model: Model, input: Input, giver: Giver | undefined): Issue[] {
  const issues: Issue[] = Object.keys(input)
    .filter((key) => !KEYS.has(key))
    .map((key) => ({ path: pointer(key), code: 'unknown_field', ...told('team.unknown_field') }));
  const { name, kind, members, roles } = input;
  if (name !== undefined && (typeof name !== 'string' || name.trim() === '' || name.length > 120)) {
    issues.push({ path: '/name', code: 'not_a_name', ...told('user.name_length') });
  }
  if (kind !== undefined && kind !== 'team' && kind !== 'queue') {
    issues.push({ path: '/kind', code: 'not_an_option', ...told('team.kind') });
  }
  if (members !== undefined && !(Array.isArray(members) && members.length <= MAX_MEMBERS && members.every(isUuid))) {
    issues.push({ path: '/members', code: 'not_a_list', ...told('team.members', { max: MAX_MEMBERS }) });
  }
  if (roles !== undefined && !Array.isArray(roles)) issues.push({ path: '/roles', code: 'not_a_list', ...told('user.not_roles') });
  if (Array.isArray(roles)) {
    roles.forEach((role: unknown, index) => {
      if (typeof role === 'string' && model.roles.has(role)) return;
      issues.push({
        path: pointer('roles', index),
        code: 'not_an_option',
        ...told('user.roles', { roles: [...model.roles.keys()].join(', ') }),
      });
    });
    issues.push(...checkGiven(model, roles, giver));
  }
  return issues;
}
