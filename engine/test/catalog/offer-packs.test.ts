import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FieldDocument, MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import type { Catalog } from '../../src/catalog/catalog.js';
import { planDraft } from '../../src/catalog/drafts.js';
import { offerPacks } from '../../src/catalog/offer-packs.js';
import { planPack } from '../../src/catalog/packs.js';
import { publishPlan } from '../../src/catalog/publish-plan.js';
import type { Actor } from '../../src/kernel/actor.js';
import { systemClock } from '../../src/kernel/clock.js';
import { elementId } from '../../src/model/element.js';
import type { PackContent } from '../../src/model/pack-content.js';
import type { RequestContext } from '../../src/records/context.js';
import { createRecord } from '../../src/records/write-record.js';
import { readApplied } from '../../src/store/applied-model.js';
import { installedPacks, offeredPacks } from '../../src/store/pack-versions.js';
import { addUser, draft, openSpace, type TestSpace } from '../support/space.js';
import { smallPack } from '../support/small-pack.js';

describe('a start', () => {
  let s: TestSpace;
  let catalog: Catalog;
  let admin: string;
  let warnings: Record<string, unknown>[] = [];

  beforeAll(async () => {
    s = await openSpace([]);
    admin = await addUser(s);
    const logger = { ...s.database.config.logger, warn: (fields: object) => void warnings.push({ ...fields }) };
    catalog = { ...s.catalog, database: { ...s.database, config: { ...s.database.config, logger } } };
  });
  afterAll(() => s.close());

  const start = async (packs: readonly PackContent[]): Promise<Record<string, string>> => {
    warnings = [];
    await offerPacks(catalog, s.space, packs, packs);
    const installed = await installedPacks(s.database.pool, s.space);
    return Object.fromEntries(installed.filter(({ pack }) => pack !== 'small').map(({ pack, version }) => [pack, version]));
  };
  const document = async <Document extends MetadataDocument>(id: string): Promise<Document> => {
    const { sources } = await readApplied(s.database, s.space);
    return sources.find((source) => elementId(source.document) === id)?.document as Document;
  };
  const customise = async (id: string, properties: object) => {
    const plan = await planDraft(s.catalog, await draft(s, admin, { ...(await document(id)), ...properties }));
    await publishPlan(s.catalog, { space: s.space, hash: plan.hash ?? '', confirm: [], publisher: admin });
  };
  const next = (version: string, length: number) => ({ version, name: { maxLength: length } });

  it('installs what is shipped, and does nothing when nothing is new', async () => {
    const packs = [smallPack('alpha'), smallPack('beta', { needs: { alpha: '^1.0.0' } }), smallPack('gamma')];
    expect(await start(packs)).toEqual({ alpha: '1.0.0', beta: '1.0.0', gamma: '1.0.0' });
    const { revision } = await readApplied(s.database, s.space);
    await start(packs);
    expect((await readApplied(s.database, s.space)).revision).toBe(revision);
    expect(warnings).toEqual([]);
  });

  it('leaves the pack with a conflict, names it, and upgrades every other one in one revision', async () => {
    await customise('fld_alpha_name', { maxLength: 60 });
    const { revision } = await readApplied(s.database, s.space);
    const packs = [
      smallPack('alpha', next('1.1.0', 90)),
      smallPack('beta', { ...next('1.1.0', 90), needs: { alpha: '^1.0.0' } }),
      smallPack('gamma', next('1.1.0', 90)),
    ];
    expect(await start(packs)).toEqual({ alpha: '1.0.0', beta: '1.1.0', gamma: '1.1.0' });
    expect((await readApplied(s.database, s.space)).revision).toBe(revision + 1);
    expect(await document<FieldDocument>('fld_gamma_name')).toMatchObject({ maxLength: 90 });
    expect(warnings).toEqual([
      { pack: 'alpha', from: '1.0.0', to: '1.1.0', why: [expect.stringContaining('field alpha.name/maxLength: You and the pack both')] },
    ]);
    expect((await offeredPacks(s.database.pool, s.space)).get('alpha')).toMatchObject({ waits: [] });

    await start(packs);
    expect(warnings).toHaveLength(1);
    expect((await readApplied(s.database, s.space)).revision).toBe(revision + 1);
  });

  it('leaves those that can not come without it, too', async () => {
    const packs = [
      smallPack('alpha', next('2.0.0', 90)),
      smallPack('beta', { ...next('2.0.0', 120), needs: { alpha: '^2.0.0' } }),
      smallPack('gamma', next('1.2.0', 120)),
    ];
    expect(await start(packs)).toEqual({ alpha: '1.0.0', beta: '1.1.0', gamma: '1.2.0' });
    expect(warnings.map(({ pack }) => pack)).toEqual(['alpha', 'beta']);
    const request = { space: s.space, action: 'upgrade', name: 'beta', decisions: [], madeBy: admin } as const;
    const { answer } = await planPack(s.catalog, () => Promise.resolve(packs), request);
    expect(answer).toMatchObject({ issues: [], packs: [{ name: 'alpha' }, { name: 'beta' }], conflicts: [{ name: 'alpha.name' }] });
  });

  it('has nothing to say any more when somebody decided', async () => {
    const packs = [smallPack('alpha', next('1.2.0', 90)), smallPack('beta', next('1.1.0', 90)), smallPack('gamma', next('1.2.0', 120))];
    await start(packs);
    const { answer } = await planPack(s.catalog, () => Promise.resolve(packs), {
      space: s.space,
      action: 'upgrade',
      name: 'alpha',
      decisions: [{ element: 'fld_alpha_name', path: '/maxLength', take: 'yours' }],
      madeBy: admin,
    });
    await publishPlan(s.catalog, { space: s.space, hash: answer.hash ?? '', confirm: [], publisher: admin });
    expect(await start(packs)).toMatchObject({ alpha: '1.2.0' });
    expect(warnings).toEqual([]);
    expect((await offeredPacks(s.database.pool, s.space)).get('alpha')).toMatchObject({ waits: null });
  });

  it('leaves what has to be confirmed', async () => {
    const code = { kind: 'field', id: 'fld_gamma_code', object: 'gamma', name: 'code', label: 'Code', type: 'text', maxLength: 20 };
    const others = [smallPack('alpha', next('1.2.0', 90)), smallPack('beta', next('1.1.0', 90))];
    await start([...others, smallPack('gamma', { ...next('1.3.0', 120), more: [code] })]);
    const ctx: RequestContext = {
      actor: { ...SYSTEM, userId: admin, tenantId: s.tenantId },
      active: s.activeModels.current(s.space),
      data: s.database.data,
      clock: systemClock,
      cursorKey: 'key of the test',
      refresh: () => s.activeModels.refresh(s.space),
    };
    await createRecord(ctx, 'gamma', { name: 'One', code: 'g-1' });
    const newer = smallPack('alpha', { version: '1.3.0', name: { maxLength: 90, help: 'As on the card' } });
    expect(await start([newer, others[1] as PackContent, smallPack('gamma', next('1.4.0', 120))])).toMatchObject({
      alpha: '1.3.0',
      gamma: '1.3.0',
    });
    expect(warnings).toMatchObject([{ pack: 'gamma', why: [expect.stringContaining('has to be confirmed')] }]);
  });
});

const SYSTEM: Omit<Actor, 'userId' | 'tenantId'> = {
  kind: 'system',
  name: 'System',
  roles: [],
  epoch: 1,
  locale: 'en',
  timeZone: 'UTC',
  currency: 'EUR',
  cause: { kind: 'pack' },
};
