import { LIMITS } from '../../model/limits.js';
import type { Catalog } from '../../catalog/catalog.js';
import { planDraft } from '../../catalog/drafts.js';
import { showPublication, stopPublication } from '../../catalog/publication.js';
import { publishPlan } from '../../catalog/publish-plan.js';
import { planRollback, readVersion, readVersions } from '../../catalog/versions.js';
import { isStorable } from '../../fields/values.js';
import { malformed, notFound, type Issue } from '../../kernel/errors.js';
import type { RequestContext } from '../../records/context.js';
import { bodyObject, may, param, type RequestScope, type Route } from '../route.js';
import { editorOf } from './draft-query.js';
import { withSamples } from './plan-samples.js';
import { does, gives } from '../exchange.js';
import { told } from '../../texts/told.js';
import { list, shape, text, whole } from '../schema.js';
import { confirmation, planAnswer, publicationAnswer, publishAnswer, revisionInfo } from '../schemas/plans.js';

const editing = may('edit_metadata');

/** Plans, their publication, and the history of what was published. */
export function planRoutes(catalog: Catalog, contextOf: (scope: RequestScope) => RequestContext): Route[] {
  return [
    {
      method: 'POST',
      path: '/metadata/draft/plan',
      policy: editing,
      summary:
        'Checks the draft as a whole and says exactly what publishing it would do; changes nothing; draft=<id> names another than the current one',
      exchange: gives(planAnswer, { query: { draft: text }, body: null }),
      handler: async (scope) => ({ value: await withSamples(contextOf(scope), await planDraft(catalog, editorOf(scope))) }),
    },
    {
      method: 'POST',
      path: '/metadata/draft/publish',
      policy: editing,
      summary: 'Publishes a plan: { plan: hash, confirm: [hazard codes], comment? }',
      exchange: gives(publishAnswer, { body: confirmation }),
      handler: async (scope) => ({
        value: await publishPlan(catalog, { space: scope.active.space, publisher: scope.actor.userId, ...publishBody(scope) }),
      }),
    },
    {
      method: 'GET',
      path: '/metadata/publication',
      policy: editing,
      summary: 'The last publish with the state of each step, while it runs and afterwards',
      exchange: gives(publicationAnswer),
      handler: async (scope) => ({ value: await showPublication(catalog, scope.active.space) }),
    },
    {
      method: 'DELETE',
      path: '/metadata/publication',
      policy: editing,
      summary: 'Stops a publish that has not switched yet; what it made is taken back',
      exchange: does(),
      handler: async (scope) => {
        await stopPublication(catalog, scope.active.space);
        return {};
      },
    },
    {
      method: 'GET',
      path: '/metadata/versions',
      policy: editing,
      summary: 'What was published, newest first, with author and changes',
      exchange: gives(shape({ data: list(revisionInfo) }), { query: { limit: whole, before: whole } }),
      handler: async (scope) => {
        const limit = wholeNumber(scope.query.get('limit'), 50, '/limit');
        const before = scope.query.has('before') ? wholeNumber(scope.query.get('before'), 0, '/before') : undefined;
        return { value: { data: await readVersions(catalog, scope.active.space, Math.min(limit, LIMITS.page_rows.max), before) } };
      },
    },
    {
      method: 'GET',
      path: '/metadata/versions/{n}',
      policy: editing,
      summary: 'One version with its changes',
      exchange: gives(revisionInfo),
      handler: async (scope) => ({ value: await readVersion(catalog, scope.active.space, version(scope)) }),
    },
    {
      method: 'POST',
      path: '/metadata/versions/{n}/rollback',
      policy: editing,
      summary: 'A plan that returns to that version; publish it like any other',
      exchange: gives(planAnswer, { body: null }),
      handler: async (scope) => ({
        value: await withSamples(contextOf(scope), await planRollback(catalog, scope.active.space, version(scope), scope.actor.userId)),
      }),
    },
  ];
}

function publishBody(scope: RequestScope): { hash: string; confirm: string[]; comment?: string } {
  const body = bodyObject(scope);
  const { plan, confirm = [], comment } = body;
  const issues: Issue[] = Object.keys(body)
    .filter((key) => !['plan', 'confirm', 'comment'].includes(key))
    .map((key) => ({ path: `/${key.slice(0, 100)}`, code: 'unknown_property', message: 'Expected plan, confirm and comment.' }));
  if (typeof plan !== 'string') issues.push({ path: '/plan', code: 'wrong_type', message: 'Name the plan by its hash.' });
  if (!Array.isArray(confirm) || confirm.some((code) => typeof code !== 'string')) {
    issues.push({ path: '/confirm', code: 'wrong_type', message: 'List the codes of the hazards that are accepted.' });
  }
  if (comment !== undefined && (typeof comment !== 'string' || comment.length > 2_000)) {
    issues.push({ path: '/comment', code: 'wrong_type', message: 'Expected text of at most 2,000 characters.' });
  } else if (comment !== undefined && !isStorable(comment)) {
    issues.push({ path: '/comment', code: 'bad_characters', ...told('value.bad_characters') });
  }
  if (issues.length > 0) throw malformed('The body was not understood.', issues);
  return { hash: plan as string, confirm: confirm as string[], ...(typeof comment === 'string' && comment !== '' ? { comment } : {}) };
}

function version(scope: RequestScope): number {
  const text = param(scope, 'n');
  if (!/^\d{1,9}$/.test(text)) throw notFound('There is no such version.');
  return Number(text);
}

function wholeNumber(text: string | undefined, fallback: number, path: string): number {
  if (text === undefined) return fallback;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw malformed('The parameters were not understood.', [{ path, code: 'not_a_count', message: 'Must be a whole number.' }]);
  return Number(text);
}
