import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import type { PlanChange } from '@fieldstone/metadata/types/wire.js';
import { canonicalJson } from '../kernel/hash.js';
import { pointer } from '../kernel/json-pointer.js';
import { elementId, elementName } from '../model/element.js';
import type { SourceDocument } from '../model/types.js';

/**
 * What differs between two sets of documents, element by element. An element is the same one when its id is, whatever it is called.
 *
 * Shape: `restored` names ids that were retired before and come back with their data.
 */
export function diffDocuments(
  from: readonly SourceDocument[],
  to: readonly SourceDocument[],
  restored: ReadonlySet<string> = new Set(),
): PlanChange[] {
  const before = new Map(from.map((source) => [elementId(source.document), source.document]));
  const after = new Map(to.map((source) => [elementId(source.document), source.document]));
  const changes: PlanChange[] = [];
  for (const [id, document] of after) {
    const old = before.get(id);
    if (old === undefined) {
      const action = restored.has(id) ? 'restore' : 'add';
      changes.push({
        ...identity(document),
        action,
        properties: [],
        summary: `${action === 'add' ? 'Adds' : 'Brings back'} ${title(document)}`,
      });
      continue;
    }
    const properties = diffValue(old, document, '');
    if (properties.length === 0) continue;
    const isRename = elementName(old) !== elementName(document) && properties.some(({ path }) => path === '/name');
    changes.push({
      ...identity(document),
      action: isRename ? 'rename' : 'change',
      properties,
      summary: summary(old, document, properties),
    });
  }
  for (const [id, document] of before) {
    if (after.has(id)) continue;
    changes.push({ ...identity(document), action: 'retire', properties: [], summary: `Retires ${title(document)}` });
  }
  return changes;
}

const identity = (document: MetadataDocument) => ({ kind: document.kind, name: elementName(document), id: elementId(document) });

const title = (document: MetadataDocument): string => {
  const label = 'label' in document ? document.label : elementName(document);
  const of = 'object' in document && document.kind !== 'workflow' && document.kind !== 'data' ? ` of ${document.object ?? ''}` : '';
  return `${document.kind.replaceAll('_', ' ')} “${label}”${of}`;
};

function summary(old: MetadataDocument, document: MetadataDocument, properties: PlanChange['properties']): string {
  const renamed = elementName(old) !== elementName(document) && properties.some(({ path }) => path === '/name');
  if (renamed) return `Renames ${document.kind} ${elementName(old)} to ${elementName(document)}`;
  const names = [...new Set(properties.map(({ path }) => path.split('/')[1] ?? ''))];
  return `Changes ${title(document)}: ${names.join(', ')}`;
}

/** Properties that differ, down to lists of things with ids, which are compared by id. */
export function diffValue(before: unknown, after: unknown, path: string): PlanChange['properties'] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  if (isPlain(before) && isPlain(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => diffValue(before[name], after[name], path + pointer(name)));
  }
  return [{ path, before: before ?? null, after: after ?? null }];
}

const isPlain = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);
