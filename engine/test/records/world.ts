import type { Actor } from '../../src/kernel/actor.js';
import { systemClock } from '../../src/kernel/clock.js';
import { newId } from '../../src/kernel/ids.js';
import type { ActiveModel } from '../../src/model/active.js';
import type { RequestContext } from '../../src/records/context.js';
import type { DataStatement } from '../../src/store/data-pool.js';
import type { Database } from '../../src/store/open-database.js';
import type { TestDatabase } from '../support/database.js';
import { openSpace } from '../support/space.js';
import { documents } from './world-documents.js';

export type World = {
  readonly test: TestDatabase;
  readonly database: Database;
  readonly active: ActiveModel;
  /** The table of an object, and the column of a field. */
  table(object: string): string;
  column(object: string, field: string): string;
  /** Everything the record statements sent since the last call. */
  sent(): DataStatement[];
  /** Aliases of tables, in everything ever sent, that lack their constant tenant predicate. */
  aliasesWithoutTenant(): string[];
  /** Somebody of a tenant with these roles. */
  person(name: string, roles: readonly string[], tenantId?: number): Promise<RequestContext>;
  close(): Promise<void>;
};

export async function makeWorld(of: readonly Record<string, unknown>[] = documents): Promise<World> {
  const space = await openSpace(of);
  const { test, database } = space;
  const active = space.activeModels.current(space.space);
  const { model, bindings } = active;
  await test.sql('insert into meta.tenant (space_id, name) values ($1, $2)', [space.space, 'second']);
  let log: DataStatement[] = [];
  const texts = new Set<string>();
  database.data.onStatement = (statement) => {
    log.push(statement);
    texts.add(statement.text);
  };
  return {
    test,
    database,
    active,
    table: (object) => `${bindings.dataSchema}.${bindings.tables.get(model.objects.get(object)?.id ?? '') ?? ''}`,
    column: (object, field) => bindings.columns.get(model.objects.get(object)?.fields.get(field)?.id ?? '')?.column ?? '',
    sent() {
      const sent = log;
      log = [];
      return sent;
    },
    aliasesWithoutTenant() {
      const missing: string[] = [];
      let found = 0;
      for (const text of texts) {
        for (const [use, table, alias] of text.matchAll(/(?:from|join|update|,) "\w+_v"\."(\w+)" (?:as )?"?(\w+)"?/g)) {
          if (table === 'head') continue;
          found += 1;
          const predicate = new RegExp(`"?\\b${alias}"?\\."?tenant_id"? = \\$1::int`);
          if (!predicate.test(text)) missing.push(`${use} in ${text.slice(0, 200)}`);
        }
      }
      return found === 0 ? ['no table was found'] : missing;
    },
    async person(name, roles, tenantId = 1) {
      const userId = newId();
      await test.sql(`insert into meta.user (id, tenant_id, email, name) values ($1, $2, $3, $4)`, [
        userId,
        tenantId,
        `${name}${userId}@x.test`,
        name,
      ]);
      const actor: Actor = {
        kind: 'user',
        userId,
        name,
        tenantId,
        roles,
        epoch: 1,
        locale: 'en',
        timeZone: 'UTC',
        currency: 'EUR',
        cause: { kind: 'user' },
      };
      return {
        actor,
        active,
        data: database.data,
        clock: systemClock,
        cursorKey: 'key of the tests',
        refresh: () => Promise.resolve(active),
      };
    },
    close: () => space.close(),
  };
}
