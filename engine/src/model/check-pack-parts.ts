import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { Issue } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import type { PackContent } from './pack-content.js';
import { placeOf } from './pack-places.js';
import type { Model } from './types.js';

/**
 * What compiling a model does not see of a pack: whether its records and cases name objects, fields and roles that are there, and whether
 * each file lies where it belongs.
 */
export function checkPackParts(pack: PackContent, model: Model): Issue[] {
  const issues: Issue[] = [];
  const add = (file: string | undefined, path: string, code: string, message: string) => {
    issues.push({ file: file ?? pack.name, path, code, message });
  };
  const checkValues = (file: string | undefined, path: string, objectName: string, values: object) => {
    const object = model.objects.get(objectName);
    if (!object) {
      add(file, path, 'unknown_object', `There is no object "${objectName}".${didYouMean(objectName, model.objects.keys())}`);
      return;
    }
    for (const field of Object.keys(values)) {
      if (object.fields.has(field)) continue;
      add(file, path + pointer(field), 'unknown_field', `${objectName} has no field "${field}".${didYouMean(field, object.fields.keys())}`);
    }
  };

  for (const { file, document } of pack.files) {
    const place = placeOf(document);
    if (place !== null && file !== undefined && file !== `${pack.name}/${place}`) {
      add(file, '', 'wrong_place', `This ${document.kind} belongs at ${pack.name}/${place}.`);
    }
  }
  for (const { file, document } of pack.data) {
    for (const [at, { values }] of document.records.entries()) checkValues(file, pointer('records', at, 'values'), document.object, values);
    for (const [at, { values, was }] of (document.updates ?? []).entries()) {
      checkValues(file, pointer('updates', at, 'values'), document.object, { ...was, ...values });
    }
  }
  for (const { file, document } of pack.cases) {
    const objects = new Map<string, string>();
    for (const [at, step] of document.steps.entries()) {
      const object = step.object ?? objects.get(step.key ?? '');
      if (step.key !== undefined && object !== undefined) objects.set(step.key, object);
      if (object === undefined) {
        add(
          file,
          pointer('steps', at, 'key'),
          'unknown_key',
          `No step before this one made a record "${step.key ?? ''}".${didYouMean(step.key ?? '', objects.keys())}`,
        );
        continue;
      }
      checkValues(file, pointer('steps', at, 'values'), object, { ...step.values, ...step.expect?.values });
      const role = step.as?.split(':')[0];
      if (role !== undefined && !model.roles.has(role)) {
        add(file, pointer('steps', at, 'as'), 'unknown_role', `There is no role "${role}".${didYouMean(role, model.roles.keys())}`);
      }
    }
  }
  return issues;
}
