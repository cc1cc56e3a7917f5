import type { DriftAnswer, RepairAnswer } from '@fieldstone/metadata/types/wire.js';
import { malformed, type Issue } from '../../kernel/errors.js';
import { bodyObject, may, type RequestScope, type Route } from '../route.js';
import { gives } from '../exchange.js';
import { driftAnswer, repairAnswer, repairSent } from '../schemas/plans.js';

export type DriftUseCases = {
  readonly plan: (space: number) => Promise<DriftAnswer>;
  readonly repair: (request: { space: number; hash: string; confirm: readonly string[]; by: string }) => Promise<RepairAnswer>;
};

const editing = may('edit_metadata');

/** What differs between the database and the metadata, and putting it right. */
export function driftRoutes({ plan, repair }: DriftUseCases): Route[] {
  return [
    {
      method: 'GET',
      path: '/metadata/drift',
      policy: editing,
      summary: 'What differs between the database and the published metadata, and exactly what a repair would do; changes nothing',
      exchange: gives(driftAnswer),
      handler: async (scope) => ({ value: await plan(scope.active.space) }),
    },
    {
      method: 'POST',
      path: '/metadata/drift/repair',
      policy: editing,
      summary: 'Runs the repair that was read: { plan: hash, confirm: [codes] }; drops nothing that holds data',
      exchange: gives(repairAnswer, { body: repairSent }),
      handler: async (scope) => ({ value: await repair({ space: scope.active.space, by: scope.actor.userId, ...bodyOf(scope) }) }),
    },
  ];
}

function bodyOf(scope: RequestScope): { hash: string; confirm: string[] } {
  const body = bodyObject(scope);
  const { plan, confirm = [] } = body;
  const issues: Issue[] = Object.keys(body)
    .filter((key) => key !== 'plan' && key !== 'confirm')
    .map((key) => ({ path: `/${key.slice(0, 100)}`, code: 'unknown_property', message: 'Expected plan and confirm.' }));
  if (typeof plan !== 'string') issues.push({ path: '/plan', code: 'wrong_type', message: 'Name the plan by its hash.' });
  if (!Array.isArray(confirm) || confirm.some((code) => typeof code !== 'string')) {
    issues.push({ path: '/confirm', code: 'wrong_type', message: 'List the codes of what is accepted.' });
  }
  if (issues.length > 0) throw malformed('The body was not understood.', issues);
  return { hash: plan as string, confirm: confirm as string[] };
}
