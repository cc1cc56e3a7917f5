import { fieldType, isComputed } from '../fields/registry.js';
import { pointer } from '../kernel/json-pointer.js';
import { unknownField, type LinkedObject } from './link.js';
import type { Problems } from './problems.js';
import type { FieldModel, TimelineModel } from './types.js';

const MOMENTS: ReadonlySet<string> = new Set(['date', 'datetime']);

/** How records of an object stand in timelines; the fields it names have to be there and to be good for it. */
export function compileTimeline({ source, fields, name, ...object }: LinkedObject, problems: Problems): TimelineModel {
  const { date, summary = [], changes = [], deleted = false } = source?.document.timeline ?? {};
  const check = (path: readonly (string | number)[], field: string, test: (model: FieldModel) => string | undefined): void => {
    if (source === undefined) return;
    const model = fields.get(field)?.model;
    const at = pointer('timeline', ...path);
    if (model === undefined) return problems.add(source, at, 'unknown_field', unknownField(field, { ...object, name, fields }));
    const message = test(model);
    if (message !== undefined) problems.add(source, at, 'not_for_type', message);
  };
  if (date !== undefined) {
    const isMoment = ({ type, computed }: FieldModel) => computed === undefined && MOMENTS.has(fieldType(type).valueType);
    check(['date'], date, (model) => (isMoment(model) ? undefined : `"${date}" is no date or moment that is kept with the record.`));
  }
  for (const [index, field] of summary.entries()) {
    check(['summary', index], field, ({ type }) => (fieldType(type).isSecret ? `"${field}" is a secret and can not be shown.` : undefined));
  }
  for (const [index, field] of changes.entries()) {
    const isKept = (model: FieldModel) => model.tracked && !isComputed(model) && source?.document.trackHistory !== false;
    check(['changes', index], field, (model) => (isKept(model) ? undefined : `Changes of "${field}" are not kept.`));
  }
  return { ...(date === undefined ? {} : { date }), summary, changes, deleted };
}
