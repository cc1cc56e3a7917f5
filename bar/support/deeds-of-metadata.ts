import { json } from '../../engine/src/app/leaks/caller.js';
import { PLACE, SPECIMEN, VAULT } from '../../engine/src/app/leaks/canary-model.js';
import { CALL, NEW_PACK, OLD_PACK } from './deed-system.js';
import type { Deed, Deeds, Stage } from './stage.js';

/** Metadata is that of the space, which tenants may have in common: whoever edits it there may edit it. Drafts are their owner's. */
const EDITORS = ['admin', 'canary_builder', 'other_admin'];
const AUTOMATORS = ['admin', 'canary_builder', 'canary_clerk'];

type Source = { readonly revision: number; readonly elements: readonly { readonly id: string; readonly document: object }[] };
type Plan = { readonly hash: string; readonly hazards: readonly { readonly code: string }[] };

const source = async ({ done }: Stage): Promise<Source> => json<Source>(await done('GET', '/metadata/source'));
const REGION = { kind: 'field', name: `${PLACE}.secret` };

/** The document of one element, differing in its label. */
async function relabelled(stage: Stage): Promise<{ baseRevision: number; document: object }> {
  const { revision, elements } = await source(stage);
  const document = elements.find(({ id }) => id === `fld_${PLACE}_secret`)?.document;
  return { baseRevision: revision, document: { ...document, label: stage.fresh() } };
}
const drafted = async (stage: Stage): Promise<void> => {
  await stage.done('PUT', `/metadata/draft/field/${PLACE}.secret`, { body: await relabelled(stage) });
};
async function planned(stage: Stage): Promise<{ plan: string; confirm: string[] }> {
  await drafted(stage);
  const { hash, hazards } = json<Plan>(await stage.done('POST', '/metadata/draft/plan'));
  return { plan: hash, confirm: hazards.map(({ code }) => code) };
}
async function published(stage: Stage): Promise<void> {
  await stage.done('POST', '/metadata/draft/publish', { body: await planned(stage) });
  await stage.system.trial.open.models.refresh(stage.system.trial.tenant.space);
}
/** A draft that nobody else may know of. */
const own = async (stage: Stage, body: object = {}): Promise<string> =>
  String(json(await stage.done('POST', '/metadata/drafts', { body: { name: stage.fresh(), ...body } }))['id']);
const ofDraft =
  (asked: Deed['asked'] = {}) =>
  async (stage: Stage): Promise<Deed[]> => [{ values: { id: await own(stage) }, asked, may: ['admin'] }];
const ofPack = (name: string, body?: object) => (): Deed[] => [
  { values: { name }, ...(body === undefined ? {} : { asked: { body } }), may: EDITORS },
];
async function changeSet(stage: Stage): Promise<object> {
  await published(stage);
  const head = (await source(stage)).revision;
  return json(await stage.done('GET', `/metadata/versions/${String(head - 1)}/change-set`, { query: { to: String(head) } }));
}
/** A run that came to nothing. */
async function failedRun({ made, done, fresh }: Stage): Promise<string> {
  await made(VAULT, { name: fresh() });
  for (let tries = 0; tries < 1_000; tries += 1) {
    const { data } = json<{ data: { id: string; status: string }[] }>(
      await done('GET', `/workflows/${CALL}/runs`, { query: { limit: '1' } }),
    );
    if (['failed', 'dead'].includes(data[0]?.status ?? '')) return data[0]?.id ?? '';
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no run of ${CALL} came to an end`);
}

/** Metadata, packs and automation. */
export const METADATA_DEEDS: Deeds = {
  'POST /metadata/formula/check': () => [{ asked: { body: { object: SPECIMEN, formula: 'title & "x"' } }, may: EDITORS }],
  'POST /metadata/formula/complete': () => [{ asked: { body: { object: SPECIMEN, formula: 'ti', offset: 2 } }, may: EDITORS }],
  'PUT /metadata/draft/{kind}/{name}': async (stage) => [{ values: REGION, asked: { body: await relabelled(stage) }, may: EDITORS }],
  'DELETE /metadata/draft/{kind}/{name}': async (stage) => {
    await drafted(stage);
    return [{ values: REGION, may: EDITORS }];
  },
  'DELETE /metadata/draft': async (stage) => {
    await drafted(stage);
    return [{ may: EDITORS }];
  },
  'POST /metadata/draft/plan': async (stage) => {
    await drafted(stage);
    return [{ may: EDITORS }];
  },
  'POST /metadata/draft/publish': async (stage) => [{ asked: { body: await planned(stage) }, may: EDITORS }],
  // Nothing is on its way that could be stopped.
  'DELETE /metadata/publication': () => [{ may: EDITORS, status: 409 }],
  'POST /metadata/versions/{n}/rollback': async (stage) => {
    await published(stage);
    return [{ values: { n: '1' }, may: EDITORS }];
  },
  'POST /metadata/drafts': ({ fresh }) => [{ asked: { body: { name: fresh(), sharing: 'private' } }, may: EDITORS }],
  'PATCH /metadata/drafts/{id}': ofDraft({ body: { name: 'Renamed', sharing: 'view' } }),
  'DELETE /metadata/drafts/{id}': ofDraft(),
  'POST /metadata/drafts/{id}/restore': async (stage) => {
    const id = await own(stage);
    // An empty one would be gone for good.
    await stage.done('PUT', `/metadata/draft/field/${PLACE}.secret`, { body: await relabelled(stage), query: { draft: id } });
    await stage.done('DELETE', `/metadata/drafts/${id}`);
    return [{ values: { id }, may: ['admin'] }];
  },
  'POST /metadata/drafts/{id}/select': ofDraft(),
  'POST /metadata/drafts/{id}/rebase': ofDraft(),
  // Nothing is in the way of anything: whose draft it is not is told less.
  'PUT /metadata/drafts/{id}/conflicts': async (stage) => {
    const body = { decisions: [{ id: `fld_${PLACE}_secret`, path: '/label', take: 'mine' }] };
    return [{ values: { id: await own(stage) }, asked: { body }, may: ['admin'], status: 400 }];
  },
  'POST /metadata/change-sets/check': async (stage) => [{ asked: { body: { changeSet: await changeSet(stage) } }, may: EDITORS }],
  'POST /metadata/change-sets': async (stage) => [
    { asked: { body: { changeSet: await changeSet(stage), name: stage.fresh() } }, may: EDITORS },
  ],
  'POST /metadata/drift/repair': async (stage) => {
    const [index] = await stage.system.test.sql<{ name: string }>(
      `select i.indexrelid::regclass::text as name from pg_index i join pg_class c on c.oid = i.indexrelid
        where c.relnamespace = 'sp1'::regnamespace and not i.indisunique and c.relname !~ 'sys_' limit 1`,
    );
    await stage.system.test.sql(`drop index ${index?.name ?? ''}`);
    const { repair } = json<{ repair: Plan }>(await stage.done('GET', '/metadata/drift'));
    return [{ asked: { body: { plan: repair.hash, confirm: repair.hazards.map(({ code }) => code) } }, may: EDITORS }];
  },
  'POST /packs/{name}/install': ofPack(NEW_PACK),
  'POST /packs/{name}/upgrade': ofPack(OLD_PACK, { resolutions: [] }),
  'POST /packs/{name}/uninstall': ofPack(OLD_PACK),
  'POST /packs/{name}/test': ofPack(OLD_PACK),
  'POST /workflows/runs/{id}/retry': async (stage) => [{ values: { id: await failedRun(stage) }, may: AUTOMATORS }],
  'POST /workflows/runs/{id}/cancel': async (stage) => [{ values: { id: await failedRun(stage) }, may: AUTOMATORS, status: 409 }],
};
