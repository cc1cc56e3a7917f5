import { evaluate } from '@fieldstone/metadata/language/evaluate.js';
import { fieldType } from '../fields/registry.js';
import type { Actor } from '../kernel/actor.js';
import type { ActiveModel } from '../model/active.js';
import type { FieldModel } from '../model/types.js';
import { accessOf } from '../rules/access.js';
import { currentField, currentObject, type Definition } from './definitions.js';
import type { RunRecords } from './run-records.js';

/** A record as it was before or after the change that started a run, by the names of the definition. */
export type Snapshot = Readonly<Record<string, unknown>>;

type Seer = {
  readonly definition: Definition;
  readonly active: ActiveModel;
  readonly actor: Actor;
  readonly records: RunRecords;
  readonly now: Date;
};

/**
 * What a run may know of such a record: as much as whom it works as may read, by the rights they have now.
 *
 * Shape:  what may not be read is null. A field that is read on some records is judged by the record as it was; where that can not be said from it
 *         alone, it is null. A link is null when the record behind it is not theirs to read.
 */
export async function seenSnapshot(seer: Seer, snapshot: Snapshot): Promise<Snapshot> {
  const { definition, active, actor } = seer;
  if (actor.kind === 'system') return snapshot;
  const then = definition.model.objects.get(definition.workflow.object);
  const object = currentObject(definition, active, definition.workflow.object);
  const access = object && accessOf(active.model, actor, object.name);
  const nameNow = (name: string) => (then === undefined ? undefined : currentField(definition, active, then.name, name));
  const record = Object.fromEntries(Object.entries(snapshot).map(([name, value]) => [nameNow(name) ?? name, value]));
  const environment = { record, userId: actor.userId, now: seer.now, timeZone: actor.timeZone };
  const seen: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(snapshot)) {
    const rule = access?.fields.get(nameNow(name) ?? '')?.read;
    const isSeen = rule?.kind === 'all' || (rule?.kind === 'where' && evaluate(rule.where, environment) === true);
    const field = then?.fields.get(name);
    seen[name] = isSeen && field !== undefined ? await seenLink(seer, field, value) : null;
  }
  return seen;
}

/** The value of a link without the records that may not be read; any other value as it is. */
async function seenLink({ definition, active, actor, records }: Seer, field: FieldModel, value: unknown): Promise<unknown> {
  const { link } = fieldType(field.type);
  if (link === undefined || field.type === 'id' || value === null || value === undefined) return value;
  const isSeen = async (object: string, id: unknown): Promise<boolean> => {
    const target = currentObject(definition, active, object);
    if (target === undefined || typeof id !== 'string') return false;
    const { read } = accessOf(active.model, actor, target.name);
    return read.kind === 'all' || (read.kind === 'where' && (await records.read(object, id, [['id']])) !== undefined);
  };
  const target = field.target ?? field.targets?.[0] ?? '';
  if (link === 'one') return (await isSeen(target, value)) ? value : null;
  if (link === 'any') {
    const { object, id } = value as { object?: string; id?: unknown };
    return (await isSeen(object ?? '', id)) ? value : null;
  }
  const all = Array.isArray(value) ? value : [];
  const shown = await Promise.all(all.map((id) => isSeen(target, id)));
  return all.filter((_id, at) => shown[at] === true);
}
