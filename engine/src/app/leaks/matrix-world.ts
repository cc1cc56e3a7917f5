import type { ValueType } from '@fieldstone/metadata/language/expression.js';
import { fieldType } from '../../fields/registry.js';
import { AppError } from '../../kernel/errors.js';
import type { ObjectModel } from '../../model/types.js';
import { actorOf } from '../../people/actor.js';
import { explainAccess } from '../../records/explain-access.js';
import { listRecords } from '../../records/list-records.js';
import { createRecord } from '../../records/write-record.js';
import { accessOf } from '../../rules/access.js';
import { personById } from '../../store/identity.js';
import { ask, inParallel, type Exchange } from './caller.js';
import { CANARIES } from './canary-values.js';
import { CANARY_PACK, SPECIMEN, VAULT } from './canary-model.js';
import { plantCanaries, type CanaryWorld } from './canary-world.js';
import type { Marks } from './scan.js';
import type { Person, TrialSystem } from './trial-system.js';

export type Sample = { readonly object: string; readonly id: string };

/** A record of an object that is not ours, with what stands in it. */
type Foreign = Sample & { readonly fields: ReadonlyMap<string, readonly string[]> };

/** Everything that calls are made of, and what each caller must not be shown. */
export type MatrixWorld = {
  readonly trial: TrialSystem;
  readonly canaries: CanaryWorld;
  /** Everybody who calls, by what they are called; a role that is not ours has the person "role:<name>". */
  readonly callers: readonly (string | null)[];
  readonly objects: readonly string[];
  readonly samples: readonly Sample[];
  /** Values of parameters of addresses, by their names. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** Objects of which no record could be made, and why. */
  readonly unfilled: readonly string[];
  person(name: string): Person;
  roleOf(name: string | null): string;
  secretsOf(name: string | null): Marks;
  /** Whether a mark is of a field that is kept sealed: the administrator may open it, one at a time. */
  isSecret(mark: string): boolean;
  /** The object that a mark is of. */
  objectOf(mark: string): string;
  /** Words that are looked for: what stands in hidden texts and names. */
  readonly searched: readonly string[];
  /** What the administrator did, by the ids of it. */
  readonly operations: readonly string[];
  runs(): readonly string[];
  noteRuns(ids: readonly string[]): void;
};

export async function openMatrixWorld(trial: TrialSystem): Promise<MatrixWorld> {
  const canaries = await plantCanaries(trial);
  const { model } = trial.open;
  await trial.open.loadData();
  const foreign = await fillForeign(trial, canaries);
  const people = new Map<string, Person>();
  for (const role of model().roles.values()) {
    if (role.name.startsWith(`${CANARY_PACK}_`)) continue;
    people.set(`role:${role.name}`, await trial.addPerson({ name: `Has ${role.name}`, roles: [role.name] }));
  }
  const secrets = new Map<string | null, Marks>();
  for (const name of [...canaries.people.keys(), null]) secrets.set(name, withForeign(name, canaries.secretsOf(name), foreign.records));
  for (const [name, person] of people) secrets.set(name, await judgedSecrets(trial, canaries, foreign.records, person));
  const objects = new Map<string, string>();
  for (const { record, marks } of canaries.planted) for (const mark of marks) objects.set(mark, record.object);
  for (const { object, fields } of foreign.records)
    for (const marks of fields.values()) for (const mark of marks) objects.set(mark, object);
  const ownSamples = canaries.records.filter(
    ({ object, owner }, at) => object !== SPECIMEN || ['canary_own', 'rival', 'other_admin'].includes(owner) || at % 9 === 0,
  );
  const operations = await leaveTraces(trial, canaries);
  const sealed = new Set(canaries.planted.filter(({ field }) => /^[hc]_encrypted/.test(field)).flatMap(({ marks }) => marks));
  const seen: string[] = [];
  return {
    trial,
    canaries,
    callers: [
      null,
      ...[...canaries.people.keys()].filter((name) => name !== 'mate' && name !== 'rival' && name !== 'other_own'),
      ...people.keys(),
    ],
    objects: [...model().objects.keys()],
    samples: [...ownSamples, ...foreign.records].map(({ object, id }) => ({ object, id })),
    values: {
      object: [...model().objects.keys()],
      name: [CANARY_PACK, 'canary_tell', `${SPECIMEN}.h_text`, VAULT],
      kind: ['field', 'object', 'workflow'],
      id: ['00000000-0000-7000-8000-000000000000', canaries.admin.id],
      n: ['1'],
      version: ['1', '2'],
      field: ['h_file', 'c_file', 'h_encrypted_text'],
      to: [canaries.admin.id],
      currency: ['USD'],
      from: ['2026-01-01'],
      operation: ['00000000-0000-7000-8000-000000000000'],
    },
    unfilled: foreign.unfilled,
    operations,
    searched: canaries.planted.filter(({ type }, at) => type === 'text' && at % 12 === 0).flatMap(({ marks }) => marks),
    person: (name) => people.get(name) ?? canaries.person(name),
    roleOf: (name) => (name === null ? 'nobody' : name.startsWith('role:') ? name.slice(5) : name),
    secretsOf: (name) => secrets.get(name) ?? { values: new Set(), names: new Set() },
    isSecret: (mark) => sealed.has(mark),
    objectOf: (mark) => objects.get(mark) ?? mark,
    runs: () => seen,
    noteRuns: (ids) => void seen.push(...ids),
  };
}

/** A record in the recycle bin and one with a past, so that there is something to hide there too. Gives the operations. */
async function leaveTraces({ origin }: TrialSystem, { records, admin }: CanaryWorld): Promise<string[]> {
  const operations: string[] = [];
  const note = ({ headers }: Exchange) => operations.push(headers.get('operation-id') ?? '');
  const of = (owner: string) => records.filter((record) => record.object === SPECIMEN && record.owner === owner);
  const path = (id = '') => `/api/v1/records/${SPECIMEN}/${id}`;
  for (const owner of ['mate', 'canary_team']) note(await ask(origin, admin, 'DELETE', path(of(owner).at(-1)?.id)));
  for (const { id } of [...of('canary_own'), ...of('rival')])
    note(await ask(origin, admin, 'PATCH', path(id), { body: { h_text: null, c_text: null } }));
  return operations.filter((id) => id !== '');
}

/** Nobody of the canaries has a right to anything of other packs, but for the administrator of the same tenant. */
function withForeign(name: string | null, { values, names }: Marks, records: readonly Foreign[]): Marks {
  if (name === 'admin') return { values, names };
  return { values: new Set([...values, ...records.flatMap(({ fields }) => [...fields.values()].flat())]), names };
}

/** One record of each object of other packs, with a canary in every field that takes one; another one of the same. */
async function fillForeign(trial: TrialSystem, { admin }: CanaryWorld): Promise<{ records: Foreign[]; unfilled: string[] }> {
  const records: Foreign[] = [];
  const unfilled: string[] = [];
  const first = new Map<string, string>();
  const pending = [...trial.open.model().objects.values()].filter(({ system, name }) => !system && !name.startsWith(`${CANARY_PACK}_`));
  let next = 5_000;
  // Objects that others need come first: what lacks them goes to the end, as often as there are objects.
  let left = pending.length * pending.length;
  for (let object = pending.shift(); object !== undefined; object = pending.shift()) {
    left -= 1;
    const made = await fill(trial, object, first, admin.id, (next += 60));
    if (made instanceof Error) {
      if (left > 0 && needs(object).some((target) => !first.has(target) && pending.some(({ name }) => name === target)))
        pending.push(object);
      else {
        // What its pack brought along is as good, if there is less to find in it.
        const [id] = await existing(trial, object.name);
        if (id === undefined) unfilled.push(`${object.name}: ${made.message}`);
        else records.push({ object: object.name, id, fields: new Map([['id', [id]]]) });
        if (id !== undefined) first.set(object.name, id);
      }
    } else {
      first.set(object.name, made.id);
      records.push(made);
    }
  }
  return { records, unfilled };
}

const existing = async (trial: TrialSystem, object: string): Promise<string[]> => {
  const { data } = JSON.parse(await listRecords(trial.asSystem(), object, { fields: ['id'], limit: 1 })) as { data: { id: string }[] };
  return data.map(({ id }) => id);
};

const needs = (object: ObjectModel): string[] =>
  [...object.fields.values()].flatMap(({ required, target, system }) => (required && !system && target !== undefined ? [target] : []));

/** Values that hardly any rule refuses, for fields whose rules refuse one of a kind. */
const PLAIN: Readonly<Partial<Record<ValueType, unknown>>> = {
  decimal: 1,
  text: 'Plain',
  date: '2026-01-01',
  datetime: '2026-01-01T00:00:00Z',
};

async function fill(
  trial: TrialSystem,
  object: ObjectModel,
  made: ReadonlyMap<string, string>,
  owner: string,
  start: number,
): Promise<Foreign | Error> {
  const wanted = new Map<string, unknown>();
  const marks = new Map<string, readonly string[]>();
  let n = start;
  for (const field of object.fields.values()) {
    const type = fieldType(field.type);
    if (field.system || type.givenBy !== undefined || type.holds !== undefined) continue;
    n += 1;
    // What a link starts with fits together; another one may not.
    if (type.link !== undefined && type.linksTo === undefined && field.options.default !== undefined) continue;
    const option = field.options.options?.find(({ inactive, replacedBy }) => inactive !== true && replacedBy === undefined)?.value;
    const target = field.target === undefined ? undefined : made.get(field.target);
    if (type.choice !== undefined) wanted.set(field.name, type.choice === 'one' ? option : [option]);
    else if (type.linksTo !== undefined) wanted.set(field.name, owner);
    else if (type.link !== undefined) {
      if (type.link === 'one' && target !== undefined) wanted.set(field.name, target);
    } else {
      const given = { field: n, target: '', targetName: '', upload: () => Promise.resolve('') };
      wanted.set(field.name, await CANARIES[field.type]?.value?.(n, given));
      marks.set(field.name, CANARIES[field.type]?.marks?.(n, given) ?? []);
    }
  }
  // What the rules of the object do not take is left out, a field or two at a time.
  for (let attempt = 0; attempt < 12; attempt += 1) {
    try {
      const values = Object.fromEntries([...wanted].filter(([, value]) => value !== undefined));
      const { id } = await createRecord(trial.asSystem(), object.name, { owner, ...values });
      const fields = new Map(
        [...marks].filter(([name]) => wanted.has(name)).map(([name, found]) => [name, found.map((mark) => mark.toLowerCase())]),
      );
      return { object: object.name, id, fields: new Map([...fields, ['id', [id]]]) };
    } catch (error) {
      const refused = error instanceof AppError ? error.issues.map(({ path }) => path.split('/')[1] ?? '') : [];
      const dropped = refused.filter((name) => {
        const field = object.fields.get(name);
        const plain = field && marks.delete(name) ? PLAIN[fieldType(field.type).valueType] : undefined;
        return plain === undefined ? wanted.delete(name) : wanted.set(name, plain);
      });
      if (dropped.length === 0) return error instanceof Error ? new Error(`${error.message} ${refused.join(', ')}`) : new Error('unknown');
    }
  }
  return new Error('its rules take none of the values');
}

/** What a role of other packs must not see: of their objects by the documents, read a second time as grounds; of the canaries everything that it was not given. */
async function judgedSecrets(trial: TrialSystem, canaries: CanaryWorld, foreign: readonly Foreign[], person: Person): Promise<Marks> {
  const row = await personById(trial.database.pool, person.id);
  if (row === undefined) throw new Error('a person of the trial is gone');
  const model = trial.open.model();
  const actor = actorOf(row, model, { kind: 'user' });
  const open = new Set<string>();
  const hidden = new Set<string>();
  const records: Foreign[] = [...foreign, ...ofCanaries(canaries)];
  await inParallel(records, 4, async ({ object, id, fields }) => {
    const access = accessOf(model, actor, object);
    const ask = async (question: Parameters<typeof explainAccess>[2]['question']) =>
      (await explainAccess(trial.asSystem(), { kind: 'user', actor }, { object, record: id, question })).allowed === 'yes';
    const isSeen = access.read.kind === 'none' ? false : access.read.kind === 'all' || (await ask({ about: 'records', right: 'read' }));
    for (const [field, marks] of fields) {
      const rule = access.fields.get(field)?.read.kind ?? 'none';
      const secret = trial.open.model().objects.get(object)?.fields.get(field);
      const isSecret = secret !== undefined && fieldType(secret.type).isSecret === true;
      const isOpen = isSeen && !isSecret && (rule === 'all' || (rule === 'where' && (await ask({ about: 'field', right: 'read', field }))));
      for (const mark of marks) (isOpen ? open : hidden).add(mark);
    }
  });
  return { values: new Set([...hidden].filter((mark) => !open.has(mark))), names: new Set() };
}

/** Records of the canaries as those of other packs; roles that are given every object see them too. */
function ofCanaries({ records, planted }: CanaryWorld): Foreign[] {
  return records
    .filter(({ owner }) => !owner.startsWith('other_'))
    .map((record) => ({
      object: record.object,
      id: record.id,
      fields: new Map(planted.filter((each) => each.record.id === record.id).map(({ field, marks }) => [field, marks])),
    }));
}
