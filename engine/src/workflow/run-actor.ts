import { NOBODY, type Actor } from '../kernel/actor.js';
import { isUuid } from '../kernel/ids.js';
import type { Model } from '../model/types.js';
import { everyRole } from '../rules/access.js';
import type { Database } from '../store/open-database.js';
import { readPerson, type WorkflowPerson } from '../store/workflow-people.js';
import type { ClaimedRun } from '../store/workflow-runs.js';
import type { Definition } from './definitions.js';
import { StepBlocked } from './step-failure.js';

/** Whom a run works as, and the person whose change started it (undefined for schedules and for changes the platform made itself). */
export type RunIdentity = { readonly actor: Actor; readonly person: WorkflowPerson | undefined };

/**
 * Reads who a run works as, with the roles they have now: rights are never kept from the time of the trigger.
 *
 * Errors: StepBlocked when the person is gone or no longer active; the run can go on when they are back, or be cancelled.
 */
export async function identify(database: Database, run: ClaimedRun, { workflow }: Definition, model: Model): Promise<RunIdentity> {
  const starter =
    run.runAs !== null && isUuid(run.runAs) && run.runAs !== NOBODY ? await readPerson(database.pool, run.tenant.id, run.runAs) : undefined;
  const isPerson = run.kind !== 'schedule' && workflow.runAs !== 'system' && run.runAs !== null && run.runAs !== NOBODY;
  if (isPerson && !starter?.isActive) {
    throw new StepBlocked('user_inactive', 'The user this run works as is not active.');
  }
  const given = isPerson ? [...model.roles.values()].filter((role) => starter?.roleIds.includes(role.id)).map((role) => role.name) : [];
  return {
    person: starter,
    actor: {
      kind: isPerson ? 'user' : 'system',
      // A run of the system still says who was behind it, so that what it sets off does not gain the rights of the system.
      userId: starter?.id ?? NOBODY,
      name: isPerson && starter ? starter.name : workflow.label,
      tenantId: run.tenant.id,
      roles: everyRole(model, given),
      ...(isPerson && starter ? { reach: starter.reach } : {}),
      epoch: isPerson && starter ? starter.epoch : 0,
      locale: starter?.locale ?? run.tenant.locale,
      timeZone: starter?.timeZone ?? run.tenant.timeZone,
      currency: run.tenant.currency,
      ...(run.tenant.full === null ? {} : { full: run.tenant.full }),
      cause: {
        kind: 'workflow',
        label: workflow.label,
        workflow: workflow.id,
        runId: run.id,
        rootId: run.rootId ?? run.id,
        depth: run.depth,
      },
    },
  };
}
