import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { packContents, type PackContent, type PackFileDocument } from '../../src/model/pack-content.js';

type Wanted = {
  readonly version?: string;
  readonly needs?: Readonly<Record<string, string>>;
  /** Properties of its field "name", beside what a field must have. */
  readonly name?: object;
  readonly more?: readonly object[];
  /** Data files by their name: the records, and the changes of records. */
  readonly data?: Readonly<Record<string, { records?: readonly object[]; updates?: readonly object[] }>>;
};

/** A pack of one object that is called like the pack, with the field "name". */
export function smallPack(pack: string, { version = '1.0.0', needs, name = {}, more = [], data = {} }: Wanted = {}): PackContent {
  const documents = [
    { kind: 'pack', name: pack, label: pack.toUpperCase(), version, ...(needs ? { needs } : {}) },
    { kind: 'object', id: `obj_${pack}`, name: pack, label: pack, pluralLabel: `${pack}s`, icon: 'tag', nameField: 'name' },
    { kind: 'field', id: `fld_${pack}_name`, object: pack, name: 'name', label: 'Name', type: 'text', required: true, ...name },
    ...more,
  ];
  const files = documents.map((document, index) => ({
    origin: pack,
    file: `${pack}/${String(index)}.json`,
    document: document as PackFileDocument | MetadataDocument,
  }));
  const records = Object.entries(data).map(([file, { records = [], updates }]) => ({
    origin: pack,
    file: `${pack}/data/${file}`,
    document: { kind: 'data', object: pack, records, ...(updates ? { updates } : {}) } as PackFileDocument,
  }));
  const [content] = packContents([...files, ...records]);
  if (!content) throw new Error('a pack stays a pack');
  return content;
}
