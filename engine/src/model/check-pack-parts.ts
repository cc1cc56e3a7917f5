import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { Issue } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import { checkPackRecords, unknownFields } from './check-pack-records.js';
import type { PackContent } from './pack-content.js';
import { placeOf } from './pack-places.js';
import type { Model } from './types.js';

/**
 * What compiling a model does not see of a pack: whether its records and cases name objects, fields and roles that are there, and whether
 * each file lies where it belongs.
 */
export function checkPackParts(pack: PackContent, model: Model): Issue[] {
  return [...checkPlaces(pack), ...checkPackRecords(pack, model), ...checkCases(pack, model)];
}

function checkPlaces(pack: PackContent): Issue[] {
  return pack.files.flatMap(({ file, document }) => {
    const place = placeOf(document);
    if (place === null || file === undefined || file === `${pack.name}/${place}`) return [];
    return [{ file, path: '', code: 'wrong_place', message: `This ${document.kind} belongs at ${pack.name}/${place}.` }];
  });
}

function checkCases(pack: PackContent, model: Model): Issue[] {
  const issues: Issue[] = [];
  for (const { file = pack.name, document } of pack.cases) {
    const objects = new Map<string, string>();
    for (const [at, step] of document.steps.entries()) {
      const object = step.object ?? objects.get(step.key ?? '');
      if (step.key !== undefined && object !== undefined) objects.set(step.key, object);
      if (object === undefined) {
        const message = `No step before this one made a record "${step.key ?? ''}".${didYouMean(step.key ?? '', objects.keys())}`;
        issues.push({ file, path: pointer('steps', at, 'key'), code: 'unknown_key', message });
        continue;
      }
      issues.push(...unknownFields(model, file, pointer('steps', at, 'values'), object, { ...step.values, ...step.expect?.values }));
      const role = step.as?.split(':')[0];
      if (role !== undefined && !model.roles.has(role)) {
        const message = `There is no role "${role}".${didYouMean(role, model.roles.keys())}`;
        issues.push({ file, path: pointer('steps', at, 'as'), code: 'unknown_role', message });
      }
    }
  }
  return issues;
}
