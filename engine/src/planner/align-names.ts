import { renameAll, type NewNames } from '@fieldstone/metadata/language/rename-references.js';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { elementId, elementName } from '../model/element.js';
import type { SourceDocument } from '../model/types.js';

/** Element id to the API name it is to have. */
export type FinalNames = ReadonlyMap<string, string>;

/** The own name of an element: without the object it belongs to. */
export const ownName = (document: MetadataDocument): string => ('name' in document ? document.name : elementName(document));

/**
 * Gives elements the names they are to have, with every reference to them, so that documents of different times can be compared: references
 * in documents are by name, and a name may mean one element in one version and another one in the next.
 */
export function alignNames(sources: readonly SourceDocument[], names: FinalNames): SourceDocument[] {
  const objects = new Map<string, string>();
  const fields = new Map<string, string>();
  const others = new Map<string, string>();
  for (const { document } of sources) {
    const name = names.get(elementId(document));
    if (name === undefined || !('name' in document) || name === document.name) continue;
    if (document.kind === 'object') objects.set(document.name, name);
    else if (document.kind === 'field') fields.set(`${document.object}.${document.name}`, name);
    else others.set(`${document.kind} ${elementName(document)}`, name);
  }
  if (objects.size + fields.size + others.size === 0) return [...sources];
  const fresh: NewNames = { objects, fields };
  const documents = renameOthers(
    sources.map((source) => source.document),
    others,
  );
  return renameAll(documents, fresh).map((document, index) => ({ ...(sources[index] as SourceDocument), document }));
}

/** Views, roles, templates and whatever else has a name, with the few places that refer to them. */
function renameOthers(documents: readonly MetadataDocument[], others: ReadonlyMap<string, string>): MetadataDocument[] {
  if (others.size === 0) return [...documents];
  const to = (kind: string, name: string): string => others.get(`${kind} ${name}`) ?? name;
  return documents.map((document): MetadataDocument => {
    const name = others.get(`${document.kind} ${elementName(document)}`);
    const own = name === undefined ? document : ({ ...document, name } as MetadataDocument);
    if (own.kind === 'permission') return { ...own, role: to('role', own.role) };
    if (own.kind === 'role' && own.includes) return { ...own, includes: own.includes.map((role) => to('role', role)) };
    if (own.kind === 'process' && own.transitions) {
      const transitions = own.transitions.map((move) =>
        move.roles ? { ...move, roles: move.roles.map((role) => to('role', role)) } : move,
      );
      return { ...own, transitions };
    }
    if (own.kind === 'record_type' && own.roles) return { ...own, roles: own.roles.map((role) => to('role', role)) };
    if (own.kind === 'app') {
      const items = own.items.map((item) =>
        item.view === undefined ? item : { ...item, view: to('view', `${item.object}.${item.view}`).split('.').at(-1) ?? item.view },
      );
      return { ...own, items, ...(own.roles ? { roles: own.roles.map((role) => to('role', role)) } : {}) };
    }
    if (own.kind === 'workflow') {
      const nodes = own.nodes.map((node) => {
        const template = (node.input as Readonly<Record<string, unknown>>)['template'];
        return typeof template === 'string' ? { ...node, input: { ...node.input, template: to('template', template) } } : node;
      });
      return { ...own, nodes };
    }
    return own;
  });
}
