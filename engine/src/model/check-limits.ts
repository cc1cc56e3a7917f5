import { fieldType } from '../fields/registry.js';
import { isStoredRollup } from '../fields/computed.js';
import { limitMessage, LIMITS, type LimitName } from './limits.js';
import type { Linked, LinkedObject } from './link.js';
import type { Problems } from './problems.js';

/** Holds the limits that documents alone can exceed. Those of the database are held by the planner. */
export function checkLimits(linked: Linked, problems: Problems): void {
  const last = linked.byKind.object.at(-1);
  const count = linked.byKind.object.length;
  if (last && count > LIMITS.objects.max) problems.add(last, '', 'limit_exceeded', limitMessage('objects', count));
  for (const object of linked.objects.values()) checkObject(object, problems);
}

function checkObject(object: LinkedObject, problems: Problems): void {
  const { source } = object;
  if (!source) return;
  const over = (name: LimitName, actual: number) => {
    if (actual > LIMITS[name].max) problems.add(source, '', 'limit_exceeded', limitMessage(name, actual));
  };
  const fields = [...object.fields.values()].filter((field) => field.source).map((field) => field.model);
  const rollUps = fields.filter((field) => fieldType(field.type).givenBy === 'rollup');
  const isLink = (field: (typeof fields)[number]) => field.target !== undefined || field.targets !== undefined;
  over('fields', fields.length);
  over('links', fields.filter(isLink).length);
  over('roll_ups', rollUps.length);
  over('stored_roll_ups', rollUps.filter((field) => isStoredRollup(field.options)).length);
  const ofOneField = fields.filter((field) => !isLink(field) && (field.indexed || field.unique)).length;
  over('indexes', ofOneField + (source.document.indexes ?? []).length);
  over('unique_fields', fields.filter((field) => field.unique).length);
  over('validations', object.validations.length);
  over('processes', object.processes.length);
  over('record_types', object.recordTypes.length);
  over('actions', object.actions.length);
}
