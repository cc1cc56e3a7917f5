import { renameAll, type NewNames } from '@fieldstone/metadata/language/rename-references.js';
import type { CaseDocument, DataDocument, MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import type { PackContent } from '../model/pack-content.js';
import type { Model } from '../model/types.js';

/**
 * Records and cases of packs name objects and fields as their pack does. Here they are called as people call them, and as they had to be
 * called where a name was taken.
 */
export class AlignedParts {
  readonly #model: Model;
  readonly #shipped: readonly MetadataDocument[];
  readonly #names: NewNames;

  constructor(packs: readonly PackContent[], model: Model) {
    this.#model = model;
    // As each pack wrote them: an override of a name comes after what the pack says of its own records.
    this.#shipped = packs.flatMap((pack) => pack.elements.map((source) => source.document));
    const names = new Map<string, string>();
    for (const { document } of model.sources)
      if (document.kind === 'object' || document.kind === 'field') names.set(document.id, document.name);
    const objects = new Map<string, string>();
    const fields = new Map<string, string>();
    for (const document of this.#shipped) {
      if (document.kind !== 'object' && document.kind !== 'field') continue;
      const name = names.get(document.id) ?? document.name;
      if (name === document.name) continue;
      if (document.kind === 'object') objects.set(document.name, name);
      else fields.set(`${document.object}.${document.name}`, name);
    }
    this.#names = { objects, fields };
  }

  /** Records with the names of today, and without what people retired: a field that is gone has no values, and nothing of it is changed. */
  data(document: DataDocument): DataDocument {
    const named = this.#isSame() ? document : (this.#renamed([document])[0] ?? document);
    const fields = this.#model.objects.get(named.object)?.fields;
    if (!fields) return named;
    const here = (values: object) => Object.fromEntries(Object.entries(values).filter(([field]) => fields.has(field)));
    const updates = (named.updates ?? [])
      .map(({ key, was, values }) => ({ key, was: here(was), values: here(values) }))
      .filter(({ values }) => Object.keys(values).length > 0);
    const { updates: _all, ...rest } = named;
    const records = named.records.map(({ key, values }) => ({ key, values: here(values) }));
    const [first, ...more] = updates;
    return { ...rest, records, ...(first ? { updates: [first, ...more] } : {}) };
  }

  case(document: CaseDocument): CaseDocument {
    if (this.#isSame()) return document;
    const objects = new Map<string, string>();
    const steps = document.steps.map((step) => {
      const object = step.object ?? objects.get(step.key ?? '') ?? '';
      if (step.key !== undefined) objects.set(step.key, object);
      return this.#step(step, object);
    });
    return { ...document, steps };
  }

  #isSame(): boolean {
    return this.#names.objects.size + this.#names.fields.size === 0;
  }

  /** A step holds values and a filter, as records and views do: they are renamed by the same walk. */
  #step(step: CaseDocument['steps'][number], object: string): CaseDocument['steps'][number] {
    const { values = {}, filter, expect } = step;
    const issues = expect?.issues ?? [];
    const asValues = (given: object): DataDocument => ({
      kind: 'data',
      object,
      records: [{ key: 'x', values: given as Record<string, unknown> }],
    });
    const fieldsOfIssues = Object.fromEntries(issues.map(({ path = '' }) => [path.slice(1), null]));
    const [given, expected, ofIssues] = this.#renamed([asValues(values), asValues(expect?.values ?? {}), asValues(fieldsOfIssues)]);
    const valuesOf = (document: DataDocument | undefined) => document?.records[0]?.values ?? {};
    const paths = Object.keys(valuesOf(ofIssues));
    const names = new Map(Object.keys(fieldsOfIssues).map((name, index) => [`/${name}`, `/${paths[index] ?? name}`]));
    return {
      ...step,
      ...(step.object === undefined ? {} : { object: given?.object ?? object }),
      ...(step.values ? { values: valuesOf(given) } : {}),
      ...(filter ? { filter: this.#filter(object, filter) } : {}),
      ...(expect
        ? {
            expect: {
              ...expect,
              ...(expect.values ? { values: valuesOf(expected) } : {}),
              ...(expect.issues
                ? { issues: issues.map((issue) => ({ ...issue, ...(issue.path ? { path: names.get(issue.path) ?? issue.path } : {}) })) }
                : {}),
            },
          }
        : {}),
    };
  }

  #filter(
    object: string,
    filter: NonNullable<CaseDocument['steps'][number]['filter']>,
  ): NonNullable<CaseDocument['steps'][number]['filter']> {
    const view: MetadataDocument = { kind: 'view', id: 'viw_of_a_case', object, name: 'x', label: 'x', type: 'list', filter };
    const renamed = renameAll([...this.#shipped, view], this.#names).at(-1);
    return renamed?.kind === 'view' ? (renamed.filter ?? filter) : filter;
  }

  #renamed(documents: readonly DataDocument[]): DataDocument[] {
    const all = renameAll([...this.#shipped, ...documents], this.#names).slice(this.#shipped.length);
    return all.filter((document) => document.kind === 'data');
  }
}
