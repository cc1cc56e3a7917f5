import type { Catalog } from '../../catalog/catalog.js';
import { readPack, testPack } from '../../catalog/pack-detail.js';
import { listPacks, planPackAnswer, type PackLibrary, type PackRequest } from '../../catalog/packs.js';
import { exportBundle } from '../../catalog/export-pack.js';
import { malformed, type Issue } from '../../kernel/errors.js';
import { pointer } from '../../kernel/json-pointer.js';
import { may, param, type RequestScope, type Route } from '../route.js';
import { gives } from '../exchange.js';
import { text } from '../schema.js';
import { packBundle, packDetail, packPlanAnswer, packs, packTests, resolutionsSent } from '../schemas/packs.js';

const editing = may('edit_metadata');
const NO_LIBRARY: PackLibrary = () => Promise.resolve([]);
const MAX_RESOLUTIONS = 1_000;

/** Installed packs, those of the folders of this installation, one of them in full, and the plans that install, upgrade and uninstall them. */
export function packRoutes(catalog: Catalog, library: PackLibrary = NO_LIBRARY): Route[] {
  const plan = (action: PackRequest['action'], summary: string): Route => ({
    method: 'POST',
    path: `/packs/{name}/${action}`,
    policy: editing,
    summary: `${summary}; publish the plan like any other. { resolutions?: [{ element, path, take: yours|theirs|value, value? }] }`,
    exchange: gives(packPlanAnswer, { body: resolutionsSent, optionalBody: true }),
    handler: async (scope) => ({
      value: await planPackAnswer(catalog, library, {
        space: scope.active.space,
        action,
        name: param(scope, 'name'),
        decisions: resolutionsOf(scope),
        madeBy: scope.actor.userId,
      }),
    }),
  });
  return [
    {
      method: 'GET',
      path: '/packs',
      policy: editing,
      summary: 'Installed packs and those that could be installed, with versions, needs and the number of changes made here',
      exchange: gives(packs),
      handler: async (scope) => ({ value: { data: await listPacks(catalog, scope.active.space, library) } }),
    },
    {
      method: 'GET',
      path: '/packs/{name}',
      policy: editing,
      summary: 'One pack: what it brings, what was changed of it here, its cases, what happened to it, and what was decided',
      exchange: gives(packDetail),
      handler: async (scope) => ({ value: await readPack(catalog, scope.active.space, library, param(scope, 'name')) }),
    },
    {
      method: 'POST',
      path: '/packs/{name}/test',
      policy: editing,
      summary: 'Runs the cases of an installed pack on what is published, on tables that are thrown away',
      exchange: gives(packTests, { body: null }),
      handler: async (scope) => ({ value: await testPack(catalog, scope.active.space, library, param(scope, 'name')) }),
    },
    {
      method: 'GET',
      path: '/pack-export',
      policy: editing,
      summary: 'What was made and changed here, over the installed packs, as a pack of its own with the name=<name>',
      exchange: gives(packBundle, { query: { name: text } }),
      handler: async (scope) => ({ value: await exportBundle(catalog, scope.active.space, scope.query.get('name') ?? '') }),
    },
    plan('install', 'Plans to install a pack of the folders of this installation'),
    plan('upgrade', 'Plans to upgrade a pack, with every property that people and the pack both changed'),
    plan('uninstall', 'Plans to take a pack away: what goes, and what stays because it is needed'),
  ];
}

type Decisions = PackRequest['decisions'];

function resolutionsOf(scope: RequestScope): Decisions {
  if (scope.body === undefined) return [];
  const body: unknown = scope.body;
  if (body === null || typeof body !== 'object' || Array.isArray(body)) throw malformed('The body must be a JSON object.');
  const issues: Issue[] = Object.keys(body)
    .filter((key) => key !== 'resolutions')
    .map((key) => ({ path: pointer(key.slice(0, 100)), code: 'unknown_property', message: 'Expected resolutions.' }));
  const { resolutions = [] } = body as { resolutions?: unknown };
  if (!Array.isArray(resolutions) || resolutions.length > MAX_RESOLUTIONS) {
    issues.push({ path: '/resolutions', code: 'wrong_type', message: 'List what was decided: { element, path, take }.' });
  }
  const list = Array.isArray(resolutions) ? (resolutions as unknown[]) : [];
  const decisions = list.flatMap((item, at): Decisions => {
    const { element, path, take, value } = (item ?? {}) as Record<string, unknown>;
    if (typeof element === 'string' && typeof path === 'string') {
      if (take === 'yours' || take === 'theirs') return [{ element, path, take }];
      if (take === 'value' && path !== '' && value !== undefined) return [{ element, path, take, value }];
    }
    issues.push({
      path: pointer('resolutions', at),
      code: 'wrong_type',
      message: 'Expected element, path, and take: "yours", "theirs", or "value" with a value for a property.',
    });
    return [];
  });
  if (issues.length > 0) throw malformed('The body was not understood.', issues);
  return decisions;
}
