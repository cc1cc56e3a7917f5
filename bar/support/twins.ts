import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../engine/src/app/config.js';
import { ask, type Asked, type Exchange } from '../../engine/src/app/leaks/caller.js';
import { BADGE, canaryFiles, HIDDEN_TYPES, hiddenName, PLACE, someName, SPECIMEN, VAULT } from '../../engine/src/app/leaks/canary-model.js';
import { CANARIES } from '../../engine/src/app/leaks/canary-values.js';
import { openTrial, type Person, type TrialSystem } from '../../engine/src/app/leaks/trial-system.js';
import { derivedId } from '../../engine/src/kernel/ids.js';
import { createRecord } from '../../engine/src/records/write-record.js';
import { cloneDatabase } from '../../engine/test/support/database.js';

/** Two tenants that are the same for one person of each, who have the same role. */
export type Twins = {
  readonly role: string;
  /** Ids that a session may name: of records that both have and may be read, that neither may read, and that one has. */
  readonly ids: { readonly [object: string]: readonly string[] };
  /** Asks both and gives what each answered, without what differs between two calls of the same. */
  both(method: string, path: string, asked: (side: Side) => Asked): Promise<{ left: string; right: string; answers: [Exchange, Exchange] }>;
  readonly sides: readonly [Side, Side];
};
/** One of the two: who asks there, what ids were given to what they made, and where their last page ended. */
export type Side = { readonly person: Person; readonly seen: Map<string, string>; readonly made: string[]; cursor: string | undefined };

export type TwinSystem = { readonly trial: TrialSystem; twins(role: string): Promise<Twins>; close(): Promise<void> };

export async function openTwinSystem(): Promise<TwinSystem> {
  const test = await cloneDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'fieldstone-twins-'));
  const config = readConfig({ FIELDSTONE_DATA_DIR: folder, FIELDSTONE_DEMO: '0' });
  const trial = await openTrial({ config, databaseConfig: { ...test.config, poolSize: 8 }, files: canaryFiles() });
  return {
    trial,
    twins: (role) => makeTwins(trial, role),
    async close() {
      await trial.close();
      await test.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const VOLATILE: ReadonlySet<string> = new Set(['date', 'x-request-id', 'keep-alive', 'connection', 'content-length']);

/** The answer with ids in the order in which this side first saw them, and without times and signatures of pages. */
function normal({ status, headers, text }: Exchange, { seen }: Side): string {
  const kept = [...headers].filter(([name]) => !VOLATILE.has(name)).map((header) => header.join(': '));
  return (
    JSON.stringify([status, kept.sort(), text])
      .replaceAll(/\\"requestId\\":\\"[^"]*\\"/g, '')
      .replaceAll(/(\\"next\\"\s*:\s*)\\"[^"]*\\"/g, '$1"more"')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(Z|\+00:00)/g, 'T')
      // Numbers are given to hidden records too: they tell how many records there are, to everybody.
      .replaceAll(/zqk[0-9a-z]{4}wvx-\d{4}/g, 'N')
      .replaceAll(UUID, (id) => {
        const known = seen.get(id) ?? `#${String(seen.size)}`;
        seen.set(id, known);
        return known;
      })
  );
}

const id = (name: string) => derivedId(`twins ${name}`);

async function makeTwins(trial: TrialSystem, role: string): Promise<Twins> {
  const sides: Side[] = [];
  for (const which of [0, 1] as const) {
    const tenantId = await trial.addTenant(`Twin ${role} ${String(which)}`);
    const person = await trial.addPerson({ name: 'The same', roles: [role], tenantId });
    const other = await trial.addPerson({ name: 'Another', roles: ['canary_own'], tenantId });
    await fill(trial, tenantId, which, role, person.id, other.id);
    const side: Side = { person, seen: new Map(), made: [], cursor: undefined };
    // People are the same by what they are called.
    side.seen.set(person.id, 'me').set(other.id, 'other');
    sides.push(side);
  }
  const [left, right] = sides as [Side, Side];
  const names = (object: string, count: number) => Array.from({ length: count }, (_, n) => id(`${object} ${String(n)}`));
  return {
    role,
    ids: { [SPECIMEN]: names(SPECIMEN, 18), [PLACE]: names(PLACE, 5), [BADGE]: names(BADGE, 2), [VAULT]: names(VAULT, 3) },
    sides: [left, right],
    async both(method, path, asked) {
      const address = (side: Side) =>
        `/api/v1${path.replaceAll(/made:(\d+)/g, (_all, n: string) => side.made[Number(n) % Math.max(side.made.length, 1)] ?? id('nothing'))}`;
      const answers = await Promise.all([left, right].map((side) => ask(trial.origin, side.person, method, address(side), asked(side))));
      const [a, b] = answers as [Exchange, Exchange];
      return { left: normal(a, left), right: normal(b, right), answers: [a, b] };
    },
  };
}

/** The records of one side. What the person may read is the same on both; everything else is another value, another record, or not there. */
async function fill(trial: TrialSystem, tenantId: number, which: 0 | 1, role: string, me: string, other: string): Promise<void> {
  const ctx = trial.asSystem(tenantId);
  const make = async (object: string, n: number, values: Readonly<Record<string, unknown>>) => {
    await createRecord(ctx, object, values, { id: id(`${object} ${String(n)}`) });
    // Each in a moment of its own, or lists by the latest change have them in another order on one side.
    await new Promise((resolve) => setTimeout(resolve, 3));
  };
  // Vaults nobody reads; badges without their names; places of the north.
  for (let n = which; n < 3; n += 1) await make(VAULT, n, { name: `Vault ${String(which)} ${String(n)}`, amount: n * (which + 1) });
  for (let n = 0; n < 2; n += 1) await make(BADGE, n, { name: `${which === 0 ? 'a' : 'z'} ${String(n)}`, level: n });
  const names = ['North', 'Beyond', 'South', 'Farther'];
  // The one that another lies within comes first.
  for (const n of [2, 0, 1, 3]) {
    const name = names[n] ?? '';
    if (n === 3 && which === 1) continue;
    const isSeen = n < 2;
    await make(PLACE, n, {
      name: isSeen ? name : `${name} ${String(which)}`,
      region: isSeen ? 'north' : 'south',
      secret: `Secret ${String(which)} ${String(n)}`,
      ...(n === 1 && which === 0 ? { within: id(`${PLACE} 2`) } : {}),
    });
  }
  const reads = (n: number): boolean => role === 'canary_shut' || (role === 'canary_wide' ? n % 4 !== 3 : n < 10);
  for (let n = 0; n < 18; n += 1) {
    const isSeen = reads(n);
    // A record out of reach is there on one side only, or differs.
    if (!isSeen && n % 2 === which) continue;
    const status = n % 3 === 0 ? 'won' : 'open';
    const differs = (isSeen ? 0 : 40) + which * 400 + n * 3;
    const hidden = HIDDEN_TYPES.filter(({ type }) => isWritten(type));
    const values: Record<string, unknown> = {
      title: isSeen ? `Title ${String(n % 5)}` : `Out of reach ${String(which)} ${String(n)}`,
      status,
      region: role === 'canary_wide' && !isSeen ? 'south' : 'north',
      size: isSeen ? n % 4 : n * 100 + which,
      owner: (role === 'canary_own' ? isSeen : n % 2 === 0) ? me : other,
      place: n % 3 === 0 ? id(`${PLACE} 0`) : n % 3 === 1 ? (which === 0 ? id(`${PLACE} 2`) : null) : id(`${PLACE} 1`),
      badge: id(`${BADGE} ${String(n % 2)}`),
      vault: n % 2 === which ? id(`${VAULT} 2`) : null,
      ...(n > 4 && isSeen ? { part_of: id(`${SPECIMEN} ${String(n % 4 === 3 ? 0 : n % 4)}`) } : {}),
      ...Object.fromEntries(hidden.flatMap(({ type }) => (n % 5 === which ? [] : [[hiddenName(type), valueOf(type, differs, which)]]))),
      ...Object.fromEntries(
        hidden.flatMap(({ type }) => {
          if (status === 'open' && isSeen) return [[someName(type), valueOf(type, 900 + n, 0)]];
          return n % 4 === which ? [] : [[someName(type), valueOf(type, differs + 1, which)]];
        }),
      ),
    };
    await make(SPECIMEN, n, values);
  }
}

/** Links and files lead to records of their own, and options are told apart by their field. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'lookup',
  'many_to_many',
  'polymorphic',
  'file',
  'image',
  'user',
  'picklist',
  'multi_picklist',
  'encrypted_text',
]);
const isWritten = (type: string): boolean => !LEFT_OUT.has(type) && CANARIES[type as 'text']?.value !== undefined;

function valueOf(type: string, n: number, which: number): unknown {
  if (type === 'boolean') return (n + which) % 2 === 0;
  return CANARIES[type as 'text']?.value?.(n, { field: 0, target: '', targetName: '', upload: () => Promise.resolve('') });
}
