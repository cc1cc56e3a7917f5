import { BADGE, CANARY_ADMIN, DERIVED, HIDDEN_TYPES, hiddenName, PLACE, someName, SPECIMEN, VAULT } from './canary-model.js';

/** A record of the canary objects, as far as rights depend on it. `owner` is a person by what they are called here. */
export type CanaryRecord = {
  readonly id: string;
  readonly object: string;
  readonly owner: string;
  readonly status: 'open' | 'won';
  readonly region: 'north' | 'south';
  /** Those it was shared with. */
  readonly sharedWith: readonly string[];
};

/** Who asks: what they are called, their role, and who is in their teams. */
export type Asker = {
  readonly name: string;
  readonly role: string | null;
  readonly mates: readonly string[];
  readonly isOtherTenant: boolean;
};

const HIDDEN: ReadonlySet<string> = new Set([...HIDDEN_TYPES.map(({ type }) => hiddenName(type)), ...DERIVED]);
const SOME: ReadonlySet<string> = new Set(HIDDEN_TYPES.map(({ type }) => someName(type)));
const WORKS_WITH_SPECIMENS: ReadonlySet<string> = new Set(['canary_own', 'canary_team', 'canary_wide', 'canary_shut', 'canary_clerk']);

/** What the documents of canary-model.ts say, written down a second time in another way: what the product answers is held to this. */
export function mayReadRecord({ name, role, mates, isOtherTenant }: Asker, record: CanaryRecord): boolean {
  if (isOtherTenant || role === null) return false;
  if (role === CANARY_ADMIN) return true;
  if (!WORKS_WITH_SPECIMENS.has(role)) return false;
  if (record.object === PLACE) return record.region === 'north';
  if (record.object === BADGE) return true;
  if (record.object !== SPECIMEN) return false;
  if (role === 'canary_shut') return true;
  if (role === 'canary_wide') return record.region === 'north';
  if (record.owner === name || record.sharedWith.includes(name)) return true;
  return role === 'canary_team' && mates.includes(record.owner);
}

export function mayReadField(asker: Asker, record: CanaryRecord, field: string): boolean {
  if (!mayReadRecord(asker, record)) return false;
  if (field === 'h_encrypted_text' || field === 'c_encrypted_text') return false;
  if (asker.role === CANARY_ADMIN) return true;
  if (record.object === SPECIMEN) return !HIDDEN.has(field) && (!SOME.has(field) || record.status === 'open');
  if (record.object === PLACE) return field !== 'secret' && field !== 'd_sum' && field !== 'd_count';
  if (record.object === BADGE) return field !== 'name';
  return false;
}

/** Names that are no secret to those who write metadata, and are to everybody else. */
export function hiddenNames({ role, isOtherTenant }: Asker): string[] {
  if (role === CANARY_ADMIN || role === 'canary_builder' || (isOtherTenant && role !== null)) return [];
  const fields = [...HIDDEN, 'd_sum', 'd_count'];
  const isOutside = role === null || !WORKS_WITH_SPECIMENS.has(role);
  return isOutside ? [...fields, ...SOME, SPECIMEN, PLACE, BADGE, VAULT] : [...fields, VAULT];
}
