import type { Catalog } from '../../catalog/catalog.js';
import { exportDraft, exportRevisions } from '../../catalog/export-change-set.js';
import { checkChangeSet, importChangeSet } from '../../catalog/import-change-set.js';
import { malformed, notFound, type Issue } from '../../kernel/errors.js';
import { LIMITS } from '../../model/limits.js';
import { bodyObject, may, param, type RequestScope, type Route } from '../route.js';
import { editorOf } from './draft-query.js';
import { gives } from '../exchange.js';
import { whole } from '../schema.js';
import { changeSet, changeSetAnswer, changeSetSent } from '../schemas/plans.js';

const editing = may('edit_metadata');
const MAX_NAME = 80;

/** Changes that travel from one system to another, as files. */
export function changeSetRoutes(catalog: Catalog): Route[] {
  return [
    {
      method: 'GET',
      path: '/metadata/drafts/{id}/change-set',
      policy: editing,
      summary: 'A draft as a change set for another system, in one file',
      exchange: gives(changeSet),
      handler: async (scope) => ({ value: await exportDraft(catalog, editorOf(scope)) }),
    },
    {
      method: 'GET',
      path: '/metadata/versions/{n}/change-set',
      policy: editing,
      summary: 'What was published after a version as a change set for another system; to=<n> ends it there, and not at the newest',
      exchange: gives(changeSet, { query: { to: whole } }),
      handler: async (scope) => {
        const from = revisionOf(param(scope, 'n'));
        const to = scope.query.get('to');
        return {
          value: await exportRevisions(catalog, scope.active.space, from, to === undefined ? scope.active.revision : revisionOf(to)),
        };
      },
    },
    {
      method: 'POST',
      path: '/metadata/change-sets/check',
      policy: editing,
      maxBytes: LIMITS.change_set_bytes.max,
      summary: 'What importing a change set would do, and every property that is not as it was found; changes nothing: { changeSet }',
      exchange: gives(changeSetAnswer, { body: changeSetSent }),
      handler: async (scope) => ({ value: await checkChangeSet(catalog, scope.active.space, importBody(scope).changeSet) }),
    },
    {
      method: 'POST',
      path: '/metadata/change-sets',
      policy: editing,
      maxBytes: LIMITS.change_set_bytes.max,
      summary:
        'Makes a draft of a change set, in which the caller works from then on: { changeSet, name? }; base_differs names every difference',
      exchange: { body: changeSetSent, answers: { 200: changeSetAnswer, 201: changeSetAnswer } },
      handler: async (scope) => {
        const { changeSet, name } = importBody(scope);
        const answer = await importChangeSet(catalog, editorOf(scope), changeSet, name);
        return { status: answer.draft === null ? 200 : 201, value: answer };
      },
    },
  ];
}

function revisionOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw notFound('There is no such version.');
  return Number(text);
}

function importBody(scope: RequestScope): { changeSet: unknown; name?: string } {
  const body = bodyObject(scope);
  const issues: Issue[] = Object.keys(body)
    .filter((key) => key !== 'changeSet' && key !== 'name')
    .map((key) => ({ path: `/${key.slice(0, 100)}`, code: 'unknown_property', message: 'Expected changeSet and name.' }));
  const { changeSet, name } = body;
  if (changeSet === undefined) issues.push({ path: '/changeSet', code: 'missing_property', message: 'Send the change set.' });
  const text = typeof name === 'string' ? name.trim() : name;
  if (text !== undefined && (typeof text !== 'string' || text === '' || text.length > MAX_NAME)) {
    issues.push({ path: '/name', code: 'wrong_type', message: `Expected a name of at most ${String(MAX_NAME)} characters.` });
  }
  if (issues.length > 0) throw malformed('The body was not understood.', issues);
  return { changeSet, ...(typeof text === 'string' ? { name: text } : {}) };
}
