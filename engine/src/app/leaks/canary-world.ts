import { ask, json, type Exchange } from './caller.js';
import { CANARIES, token } from './canary-values.js';
import { BADGE, CANARY_ADMIN, CANARY_ROLES, HIDDEN_TYPES, hiddenName, PLACE, someName, SPECIMEN, VAULT } from './canary-model.js';
import { hiddenNames, mayReadField, mayReadRecord, type Asker, type CanaryRecord } from './canary-judgement.js';
import type { Marks } from './scan.js';
import type { Person, TrialSystem } from './trial-system.js';

/** One value that was planted, and the texts it is found by. */
export type Planted = { readonly record: CanaryRecord; readonly field: string; readonly type: string; readonly marks: readonly string[] };

export type CanaryWorld = {
  readonly trial: TrialSystem;
  /** Everybody by what they are called: the roles, "mate" (of canary_team), "rival" (canary_own too), "admin", "other_admin", "other_own". */
  readonly people: ReadonlyMap<string, Person>;
  readonly records: readonly CanaryRecord[];
  readonly planted: readonly Planted[];
  asker(name: string | null): Asker;
  /** What this person must never be shown. */
  secretsOf(name: string | null): Marks;
  person(name: string): Person;
  admin: Person;
};

/** Who there is: name, role, tenant. */
const PEOPLE: readonly (readonly [string, string, 1 | 2])[] = [
  ['admin', CANARY_ADMIN, 1],
  ...CANARY_ROLES.map((role) => [role, role, 1] as const),
  ['mate', 'canary_team', 1],
  ['rival', 'canary_own', 1],
  ['other_admin', CANARY_ADMIN, 2],
  ['other_own', 'canary_own', 2],
];
const OWNERS = ['canary_own', 'canary_team', 'mate', 'rival', 'canary_clerk', 'admin'] as const;
/** A picture as small as one can be, before what makes it this one. */
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** Makes the people and the records, through the same addresses that everybody uses. */
export async function plantCanaries(trial: TrialSystem): Promise<CanaryWorld> {
  const otherTenant = await trial.addTenant('Another');
  const people = new Map<string, Person>();
  for (const [name, role, tenant] of PEOPLE) {
    people.set(name, await trial.addPerson({ name: `Person ${name}`, roles: [role], ...(tenant === 2 ? { tenantId: otherTenant } : {}) }));
  }
  const person = (name: string): Person => {
    const found = people.get(name);
    if (found === undefined) throw new Error(`there is nobody called ${name}`);
    return found;
  };
  const admin = person('admin');
  const records: CanaryRecord[] = [];
  const planted: Planted[] = [];
  let next = 0;

  const send = async (who: Person, method: string, path: string, body: unknown): Promise<Record<string, unknown>> =>
    json(expectDone(await ask(trial.origin, who, method, `/api/v1${path}`, { body })));
  const upload = async (name: string, picture: boolean): Promise<string> => {
    const bytes = new Uint8Array(Buffer.concat([picture ? PNG : Buffer.alloc(0), Buffer.from(`${name} `.repeat(3))]));
    return String(
      json(expectDone(await ask(trial.origin, admin, 'POST', '/api/v1/files', { query: { name: `${name}.png` }, bytes })))['id'],
    );
  };
  const note = (record: CanaryRecord, field: string, type: string, marks: readonly string[]) =>
    planted.push({ record, field, type, marks: marks.map((mark) => mark.toLowerCase()) });
  const make = async (
    object: string,
    values: Readonly<Record<string, unknown>>,
    about: Partial<CanaryRecord> = {},
    who: Person = admin,
  ): Promise<CanaryRecord> => {
    const { id } = await send(who, 'POST', `/records/${object}`, values);
    const record: CanaryRecord = { id: String(id), object, owner: 'admin', status: 'open', region: 'north', sharedWith: [], ...about };
    records.push(record);
    note(record, 'id', 'id', [record.id]);
    return record;
  };
  const named = async (
    object: string,
    field: string,
    values: Readonly<Record<string, unknown>> = {},
    about: Partial<CanaryRecord> = {},
    who?: Person,
  ) => {
    const name = token((next += 1));
    const record = await make(object, { [field]: `Name ${name}`, ...values }, about, who);
    note(record, field, 'text', [name]);
    return { ...record, name };
  };

  const team = await send(admin, 'POST', '/teams', {
    ...{ name: 'Canary team', kind: 'team', roles: [] },
    members: [person('canary_team').id, person('mate').id],
  });
  if (team['id'] === undefined) throw new Error('the team was not made');
  const vaults: (CanaryRecord & { name: string })[] = [];
  for (let n = 0; n < 3; n += 1) vaults.push(await named(VAULT, 'name'));
  const place = async (region: 'north' | 'south', within?: string) => {
    const secret = token((next += 1));
    const made = await named(PLACE, 'name', { region, secret, ...(within === undefined ? {} : { within }) }, { region });
    note(made, 'secret', 'text', [secret]);
    return made;
  };
  const north = await place('north');
  const south = await place('south', north.id);
  const beyond = await place('north', south.id);
  const badge = await named(BADGE, 'name', { level: 3 });

  const values = async (prefix: (type: string) => string, offset: number) => {
    const given: Record<string, unknown> = {};
    const notes: ((record: CanaryRecord) => void)[] = [];
    for (const [at, { type, n: number }] of HIDDEN_TYPES.entries()) {
      const canary = CANARIES[type];
      const n = (next += 1);
      const field = prefix(type);
      const vault = vaults[at % vaults.length];
      const context = { field: number + offset, target: vault?.id ?? '', targetName: vault?.name ?? '', upload };
      if (canary?.value !== undefined) given[field] = await canary.value(n, context);
      notes.push((record) => note(record, field, type, canary?.marks?.(n, context) ?? []));
    }
    return { given, notes };
  };
  const specimen = async (
    owner: string,
    status: 'open' | 'won',
    region: 'north' | 'south',
    more: Readonly<Record<string, unknown>>,
    who = admin,
  ) => {
    const [hidden, some] = [await values(hiddenName, 0), await values(someName, 200)];
    const title = token((next += 1));
    const made = await make(
      SPECIMEN,
      {
        title: `Title ${title}`,
        status,
        region,
        size: next,
        ...(who === admin ? { owner: person(owner).id } : {}),
        ...hidden.given,
        ...some.given,
        ...more,
      },
      { owner, status, region, sharedWith: owner === 'admin' && status === 'won' ? ['canary_own'] : [] },
      who,
    );
    for (const each of [...hidden.notes, ...some.notes]) each(made);
    note(made, 'title', 'text', [title]);
    return made;
  };
  for (const owner of OWNERS) {
    let whole: CanaryRecord | undefined;
    for (const [status, region, at] of [
      ['open', 'north', north],
      ['won', 'north', south],
      ['open', 'south', beyond],
      ['won', 'south', south],
    ] as const) {
      const links = { place: at.id, badge: badge.id, vault: vaults[0]?.id, ...(whole === undefined ? {} : { part_of: whole.id }) };
      const made = await specimen(owner, status, region, links);
      whole ??= made;
      if (made.sharedWith.length > 0) {
        await send(admin, 'POST', `/records/${SPECIMEN}/${made.id}/shares`, {
          to: person('canary_own').id,
          mayEdit: false,
          reason: 'To look at',
        });
      }
    }
  }
  const otherPlace = await named(PLACE, 'name', { region: 'north' }, { owner: 'other_admin' }, person('other_admin'));
  await named(SPECIMEN, 'title', { place: otherPlace.id }, { owner: 'other_admin' }, person('other_admin'));

  const asker = (name: string | null): Asker => {
    const found = PEOPLE.find(([each]) => each === name);
    const mates = name === 'canary_team' ? ['mate'] : name === 'mate' ? ['canary_team'] : [];
    return { name: name ?? 'nobody', role: found?.[1] ?? null, mates, isOtherTenant: found?.[2] === 2 };
  };
  const secretsOf = (name: string | null): Marks => {
    const who = asker(name);
    const isOwnTenant = ({ owner }: CanaryRecord) => owner.startsWith('other_') === who.isOtherTenant;
    const mayRead = ({ record, field }: Planted): boolean => {
      if (!isOwnTenant(record)) return false;
      const here = { ...who, isOtherTenant: false };
      return field === 'id' ? mayReadRecord(here, record) : mayReadField(here, record, field);
    };
    // Targets are found by their own name wherever a link shows it: what one may read of them is no secret.
    const open = new Set(planted.filter(mayRead).flatMap(({ marks }) => marks));
    return {
      values: new Set(planted.flatMap(({ marks }) => marks.filter((mark) => !open.has(mark)))),
      names: new Set(hiddenNames(who)),
    };
  };
  return { trial, people, records, planted, asker, secretsOf, person, admin };
}

function expectDone(exchange: Exchange): Exchange {
  if (exchange.status >= 300)
    throw new Error(`${exchange.method} ${exchange.path}: ${String(exchange.status)} ${exchange.text.slice(0, 1_500)}`);
  return exchange;
}
