import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask } from '../../engine/src/app/leaks/caller.js';
import { CANARY_ADMIN, CANARY_PACK, canaryDocuments, SPECIMEN, VAULT } from '../../engine/src/app/leaks/canary-model.js';
import { packFile, type Person, type TrialOptions } from '../../engine/src/app/leaks/trial-system.js';
import type { PackFile } from '../../engine/src/model/pack-content.js';
import type { TestDatabase } from '../../engine/test/support/database.js';
import { openCanarySystem, type CanarySystem } from './canary-system.js';

/** An action of specimens, which the administrator may use. */
export const SEAL = 'seal';
/** A workflow of the platform that fails at once: the address it calls is one of this machine. It begins with every new vault. */
export const CALL = 'bar_call';
export const CALL_ID = 'wfl_bar_call';
/** A pack that is installed and has a newer version in a folder, and one that is in the folder only. */
export const OLD_PACK = 'bar_old';
export const NEW_PACK = 'bar_new';

const pack = (name: string, version: string, label: string): object[] => [
  { kind: 'pack', name, label, version },
  { kind: 'object', id: `obj_${name}`, name, label, pluralLabel: `${label}s`, icon: 'box', nameField: 'name' },
  { kind: 'field', id: `fld_${name}_name`, object: name, name: 'name', label: 'Name', type: 'text', required: true },
];

const filesOf = (origin: string, documents: readonly object[]): PackFile[] =>
  documents.map((document, at) => packFile(origin, document, at));

const canaries = (): object[] =>
  canaryDocuments().map((document) => {
    if (document['id'] !== `rol_${CANARY_ADMIN}`) return document;
    const rights = document['default'] as { readonly actions: readonly string[] };
    return { ...document, default: { ...rights, actions: [...rights.actions, SEAL] } };
  });

const more: readonly object[] = [
  {
    ...{ kind: 'action', id: 'act_canary_seal', object: SPECIMEN, name: SEAL, label: 'Seal', icon: 'lock' },
    inputs: [{ name: 'word', field: 'code', label: 'Word' }],
    set: { size: 7, code: { $input: 'word' } },
  },
  {
    ...{ kind: 'workflow', id: CALL_ID, name: CALL, label: 'Calls', object: VAULT, runAs: 'system' },
    trigger: { type: 'record', on: ['create'] },
    nodes: [{ id: 'call', type: 'webhook.call@1', input: { url: 'https://127.0.0.1/', body: {} }, retry: { max: 1 } }],
    ...{ start: 'call', edges: [] },
  },
];

/** Further people, each with a role of their own that rights are tried with. */
export type Extra = { readonly who: string; readonly documents: readonly object[] };

const roleOf = (name: string): object => ({
  ...{ kind: 'role', id: `rol_${name}`, name, label: name },
  default: { create: false, read: 'none', update: 'none', delete: 'none', fields: 'edit' },
});
/** Somebody with rights to one or some objects: by object, as permissions have them. */
export const somebody = (who: string, rights: Readonly<Record<string, object>>): Extra => ({
  who,
  documents: [
    roleOf(who),
    ...Object.entries(rights).map(([object, more]) => ({ kind: 'permission', id: `prm_${who}_${object}`, role: who, object, ...more })),
  ],
});

/** The canaries, and besides what else there is to do with a system: an action, a workflow, packs in folders. */
export async function openDeedSystem({
  extras = [],
  onDatabase,
}: {
  readonly extras?: readonly Extra[];
  /** Options that depend on the database of the system. */
  readonly onDatabase?: (test: TestDatabase) => Promise<Partial<TrialOptions>>;
} = {}): Promise<CanarySystem> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldstone-packs-'));
  for (const [name, version] of [
    [OLD_PACK, '2.0.0'],
    [NEW_PACK, '1.0.0'],
  ] as const) {
    const [head, object, field] = pack(name, version, 'Newer') as [object, object, object];
    for (const [file, document] of [
      ['pack.json', head],
      [`objects/${name}.json`, object],
      [`fields/${name}/name.json`, field],
    ] as const) {
      await mkdir(join(folder, name, file, '..'), { recursive: true });
      await writeFile(join(folder, name, file), JSON.stringify(document));
    }
  }
  const roles = extras.flatMap(({ documents }) => documents);
  const files = [...filesOf(CANARY_PACK, [...canaries(), ...more, ...roles]), ...filesOf(OLD_PACK, pack(OLD_PACK, '1.0.0', 'Old'))];
  const settings = { FIELDSTONE_PACKS: folder };
  const system = await openCanarySystem(async (test) => ({ files, settings, ...(await onDatabase?.(test)) }));
  const others = new Map<string, Person>();
  for (const { who } of extras)
    if (!system.people.has(who)) others.set(who, await system.trial.addPerson({ name: `Person ${who}`, roles: [who] }));
  return {
    ...system,
    person: (name) => others.get(name) ?? system.person(name),
    async call(who, method, path, asked) {
      const other = who === null ? undefined : others.get(who);
      if (other === undefined) return system.call(who, method, path, asked);
      return ask(system.trial.origin, other, method, `/api/v1${path}`, asked);
    },
    async close() {
      await system.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
