import { expect } from 'vitest';
import type { PlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { discardDraft } from '../../src/catalog/draft-list.js';
import { planDraft } from '../../src/catalog/drafts.js';
import { examineSpace } from '../../src/catalog/examine.js';
import { publishPlan } from '../../src/catalog/publish-plan.js';
import { planRollback } from '../../src/catalog/versions.js';
import { NOBODY } from '../../src/kernel/actor.js';
import { systemClock } from '../../src/kernel/clock.js';
import type { RequestContext } from '../../src/records/context.js';
import { listRecords } from '../../src/records/list-records.js';
import { addUser, draft, openSpace, type TestSpace } from './space.js';

/** The documents of an object and its fields, with ids that follow from their names. */
export const object = (name: string, more: object = {}) => ({
  kind: 'object',
  id: `obj_${name}`,
  name,
  label: name,
  pluralLabel: `${name}s`,
  nameField: 'title',
  ...more,
});
export const field = (of: string, name: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_${of}_${name}`,
  object: of,
  name,
  label: name,
  type: 'text',
  ...more,
});
export const fieldOf =
  (of: string) =>
  (name: string, more: object = {}) =>
    field(of, name, more);
export const options = (...values: string[]) => values.map((value) => ({ value, label: value }));

/** Who does everything in these tests: the installation itself. */
export const SYSTEM = {
  kind: 'system',
  userId: NOBODY,
  name: 'Test',
  roles: [],
  epoch: 0,
  locale: 'en',
  timeZone: 'UTC',
  currency: 'EUR',
} as const;

/** A space with an administrator who plans, publishes and returns. */
export type Scene = TestSpace & {
  readonly admin: string;
  context(): RequestContext;
  /** The table of an object, or the first column of a field, by id. */
  at(id: string): string;
  head(): number;
  /** The plan of a draft with these documents. */
  plan(...documents: object[]): Promise<PlanAnswer>;
  /** Publishes a plan, or the plan of these documents, with everything confirmed. */
  go(...what: [PlanAnswer] | object[]): Promise<Awaited<ReturnType<typeof publishPlan>>>;
  back(revision: number): Promise<unknown>;
  /** Records of an object: the value of a field by the title of its record. */
  seen(object: string, field: string): Promise<{ [title: string]: unknown }>;
  /** No draft is left, and the tables are those of the model. */
  settle(): Promise<void>;
};

export async function openScene(documents: readonly object[]): Promise<Scene> {
  const s = await openSpace(documents);
  const admin = await addUser(s);
  const current = () => s.activeModels.current(s.space);
  const context = (): RequestContext => ({
    actor: { ...SYSTEM, tenantId: s.tenantId, cause: { kind: 'user' } },
    active: current(),
    data: s.database.data,
    clock: systemClock,
    cursorKey: 'key-of-the-tests',
    refresh: () => s.activeModels.refresh(s.space),
  });
  const plan = async (...of: object[]) => planDraft(s.catalog, await draft(s, admin, ...of));
  const publish = async ({ hash, issues, hazards }: PlanAnswer) => {
    if (hash === null) throw new Error(JSON.stringify(issues));
    return publishPlan(s.catalog, { space: s.space, hash, confirm: hazards.map(({ code }) => code), publisher: admin });
  };
  return {
    ...s,
    admin,
    context,
    at(id) {
      const { bindings } = current();
      return bindings.columns.get(id)?.column ?? bindings.tables.get(id) ?? 'gone';
    },
    head: () => current().revision,
    plan,
    async go(...what) {
      const [first] = what;
      return publish(first && 'statements' in first ? (first as PlanAnswer) : await plan(...what));
    },
    back: async (revision) => publish(await planRollback(s.catalog, s.space, revision, admin)),
    async seen(of, name) {
      const { data } = JSON.parse(await listRecords(context(), of, { sort: [{ field: 'title', direction: 'asc' }] })) as {
        data: { [field: string]: unknown }[];
      };
      return Object.fromEntries(data.map((record) => [record['title'], record[name]]));
    },
    async settle() {
      await discardDraft(s.catalog, { space: s.space, owner: admin });
      expect(await examineSpace(s.database, s.space)).toMatchObject({ drift: [], pending: [] });
    },
  };
}
