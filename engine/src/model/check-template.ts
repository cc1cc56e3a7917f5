import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import { unknownObject, type Linked, type Sourced } from './link.js';
import type { Problems } from './problems.js';
import { parseTemplate } from './template-syntax.js';
import { followPath } from './workflow-paths.js';

/** Checks the texts of a template: their form, and the fields of its object that they name. */
export function checkTemplate(linked: Linked, source: Sourced<'template'>, problems: Problems): void {
  const { object } = source.document;
  if (object !== undefined && !linked.objects.has(object)) {
    problems.add(source, '/object', 'unknown_object', unknownObject(object, linked.objects));
    return;
  }
  for (const part of ['subject', 'text', 'html'] as const) {
    const text = source.document[part];
    const parsed = text === undefined ? undefined : parseTemplate(text);
    if (!parsed) continue;
    if (!parsed.ok) {
      problems.add(source, `/${part}`, 'bad_template', parsed.message);
      continue;
    }
    for (const [root, ...path] of parsed.paths) {
      if (!['record', 'trigger', 'steps', 'user'].includes(root ?? '')) {
        problems.add(
          source,
          `/${part}`,
          'unknown_name',
          `There is no "${String(root)}". A value begins with record, trigger, steps or user.`,
        );
      }
      if (root !== 'record' || object === undefined) continue;
      const found = followPath((of, name) => linked.objects.get(of)?.fields.get(name)?.model, object, path);
      if (found.ok) continue;
      const names = [...(linked.objects.get(found.object)?.fields.keys() ?? [])];
      problems.add(source, `/${part}`, 'unknown_field', `${found.object} has no field "${found.name}".${didYouMean(found.name, names)}`);
    }
  }
}
