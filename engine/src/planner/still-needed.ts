import { namesIn } from '@fieldstone/metadata/language/rename-references.js';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { elementName } from '../model/element.js';
import type { SourceDocument } from '../model/types.js';

export type Leaving = {
  readonly goes: readonly string[];
  /** Element id to the names of what refers to it; none when it stays for its own sake. */
  readonly stays: ReadonlyMap<string, readonly string[]>;
};

/**
 * Which of the elements that are to go may go: those that nothing that stays refers to, near or far.
 *
 * Shape: `changed` are ids that stay for their own sake. A pack document refers to nothing and always goes.
 */
export function retirable(
  staying: ReadonlyMap<string, SourceDocument>,
  leaving: ReadonlyMap<string, SourceDocument>,
  changed: ReadonlySet<string>,
): Leaving {
  const all = [...staying, ...leaving];
  const named = namesIn(all.map(([, source]) => source.document));
  const referred = new Map(all.map(([id, { document }], index) => [id, referencesOf(document, named[index])]));
  const definitions = new Map([...leaving].map(([id, { document }]) => [`${document.kind} ${elementName(document)}`, id]));

  const stays = new Map<string, string[]>([...changed].map((id) => [id, []]));
  const queue: (readonly [string, SourceDocument])[] = [...staying];
  for (const id of changed) queue.push([id, leaving.get(id) as SourceDocument]);
  for (let next = queue.shift(); next; next = queue.shift()) {
    const [from, source] = next;
    for (const reference of referred.get(from) ?? []) {
      const id = definitions.get(reference);
      if (id === undefined || id === from) continue;
      const because = stays.get(id);
      const name = `${source.document.kind} ${elementName(source.document)}`;
      if (because) {
        // What stays only because of this is no reason for it.
        if (!because.includes(name) && !changed.has(id) && !leaving.has(from)) because.push(name);
        continue;
      }
      stays.set(id, [name]);
      queue.push([id, leaving.get(id) as SourceDocument]);
    }
  }
  return { goes: [...leaving.keys()].filter((id) => !stays.has(id)), stays };
}

/** "kind name" of every element that a document names. */
function referencesOf(
  document: MetadataDocument,
  named: { objects: ReadonlySet<string>; fields: ReadonlySet<string> } | undefined,
): string[] {
  const found = [...(named?.objects ?? [])].map((name) => `object ${name}`);
  for (const name of named?.fields ?? []) found.push(`field ${name}`);
  if (document.kind === 'permission') found.push(`role ${document.role}`);
  if (document.kind === 'role') for (const role of document.includes ?? []) found.push(`role ${role}`);
  if (document.kind === 'process')
    for (const move of document.transitions ?? []) for (const role of move.roles ?? []) found.push(`role ${role}`);
  if (document.kind === 'record_type') for (const role of document.roles ?? []) found.push(`role ${role}`);
  if (document.kind === 'app') {
    for (const role of document.roles ?? []) found.push(`role ${role}`);
    for (const item of document.items) if (item.view !== undefined) found.push(`view ${item.object}.${item.view}`);
  }
  if (document.kind === 'workflow') {
    for (const node of document.nodes) {
      const input = node.input as Readonly<Record<string, unknown>>;
      if (typeof input['template'] === 'string') found.push(`template ${input['template']}`);
      if (typeof input['role'] === 'string') found.push(`role ${input['role']}`);
    }
  }
  return found;
}
