import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { Issue } from '../kernel/errors.js';
import { canonicalJson } from '../kernel/hash.js';
import { pointer } from '../kernel/json-pointer.js';
import type { PackContent } from './pack-content.js';
import type { Model } from './types.js';

/** Data files that change records are steps: they run once, in the order of their names, after the files that only bring records. */
const STEP = /(^|\/)\d[^/]*$/;

/**
 * Whether the records of a pack name objects and fields that are there, and whether its changes of records are safe to repeat.
 *
 * Shape: a change says for every field what it was: so it is made only where nobody was first, and made twice it does nothing.
 */
export function checkPackRecords(pack: PackContent, model: Model): Issue[] {
  const issues: Issue[] = [];
  const add = (file: string | undefined, path: string, code: string, message: string) => {
    issues.push({ file: file ?? pack.name, path, code, message });
  };
  const keys = new Map<string, Set<string>>();
  for (const { file, document } of pack.data) {
    const own = keys.get(document.object) ?? new Set<string>();
    keys.set(document.object, own);
    for (const [at, { key, values }] of document.records.entries()) {
      issues.push(...unknownFields(model, file ?? pack.name, pointer('records', at, 'values'), document.object, values));
      if (own.has(key)) add(file, pointer('records', at, 'key'), 'duplicate_key', `There is a record "${document.object}:${key}" already.`);
      own.add(key);
    }
  }
  for (const { file, document } of pack.data) {
    if (document.updates && file !== undefined && !STEP.test(file)) {
      const message = 'Changes of records go into a file of their own whose name begins with a number, such as 010_more_seats.json.';
      add(file, '/updates', 'no_step', message);
    }
    const known = keys.get(document.object) ?? new Set<string>();
    for (const [at, { key, was, values }] of (document.updates ?? []).entries()) {
      const place = (...rest: string[]) => pointer('updates', at, ...rest);
      issues.push(...unknownFields(model, file ?? pack.name, place('values'), document.object, { ...was, ...values }));
      if (!known.has(key)) {
        add(file, place('key'), 'unknown_key', `This pack has no record "${document.object}:${key}".${didYouMean(key, known)}`);
      }
      const before: Readonly<Record<string, unknown>> = was;
      const fields = Object.entries(values as Record<string, unknown>);
      for (const [field] of fields) {
        if (Object.hasOwn(before, field)) continue;
        add(file, place('was'), 'missing_was', `Say what "${field}" was: it is changed only where it still is that.`);
      }
      if (fields.every(([field, value]) => canonicalJson(before[field] ?? null) === canonicalJson(value ?? null))) {
        add(file, place('values'), 'no_change', 'These values are what they were: nothing would change.');
      }
    }
  }
  return issues;
}

/** Fields that the object does not have; also the object itself. */
export function unknownFields(model: Model, file: string, path: string, objectName: string, values: object): Issue[] {
  const object = model.objects.get(objectName);
  if (!object) {
    const message = `There is no object "${objectName}".${didYouMean(objectName, model.objects.keys())}`;
    return [{ file, path, code: 'unknown_object', message }];
  }
  return Object.keys(values)
    .filter((field) => !object.fields.has(field))
    .map((field) => {
      const message = `${objectName} has no field "${field}".${didYouMean(field, object.fields.keys())}`;
      return { file, path: path + pointer(field), code: 'unknown_field', message };
    });
}
