import { describe, expect, it } from 'vitest';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { elementId } from '../model/element.js';
import { packContents, type PackContent, type PackFileDocument } from '../model/pack-content.js';
import type { SourceDocument } from '../model/types.js';
import { composePacks } from './compose-packs.js';
import { exportChanges } from './export-changes.js';

const title = { kind: 'field', id: 'fld_title', object: 'city', name: 'title', label: 'Title', type: 'text' };
const object = { kind: 'object', id: 'obj_city', name: 'city', label: 'City', pluralLabel: 'Cities', nameField: 'title' };
const view = { kind: 'view', id: 'viw_all', object: 'city', name: 'all', label: 'All', type: 'list', columns: [{ field: 'title' }] };

function pack(name: string, needs: Record<string, string>, ...documents: object[]): PackContent {
  const files = [{ kind: 'pack', name, label: name, version: '1.0.0', needs }, ...documents];
  const [content] = packContents(
    files.map((document, index) => ({ origin: name, file: `${name}/${index}.json`, document: document as PackFileDocument })),
  );
  if (!content) throw new Error('no pack');
  return content;
}
const cities = pack('cities', {}, object, title, view);
const ids = (sources: readonly SourceDocument[]) => Object.fromEntries(sources.map(({ document }) => [elementId(document), document]));

describe('what packs ship together', () => {
  it('is the elements of all, with what a later pack changes in an earlier one', () => {
    const more = pack(
      'more',
      { cities: '^1.0.0' },
      { kind: 'override', element: 'fld_title', of: 'field', set: { '/label': 'Name', '/help': 'How it is called', '/maxLength': null } },
    );
    const { sources, issues } = composePacks([more, cities]);
    expect(issues).toEqual([]);
    expect(ids(sources)['fld_title']).toEqual({ ...title, label: 'Name', help: 'How it is called' });
    expect(sources.find(({ document }) => elementId(document) === 'fld_title')?.origin).toBe('cities');
  });

  it('keeps what the pack of a list made of it since the override was written', () => {
    const wide = { ...view, columns: [{ field: 'area' }, { field: 'title' }] };
    const more = pack(
      'more',
      { cities: '^1.0.0' },
      {
        kind: 'override',
        element: 'viw_all',
        of: 'view',
        set: { '/columns': [{ field: 'title' }, { field: 'mayor' }] },
        was: { '/columns': [{ field: 'title' }] },
      },
    );
    expect(ids(composePacks([pack('cities', {}, object, title, wide), more]).sources)['viw_all']).toMatchObject({
      columns: [{ field: 'area' }, { field: 'title' }, { field: 'mayor' }],
    });
  });

  it('renames with everything that names it, and retires', () => {
    const more = pack(
      'more',
      { cities: '^1.0.0' },
      { kind: 'override', element: 'fld_title', of: 'field', set: { '/name': 'caption' } },
      { kind: 'override', element: 'viw_all', of: 'view', retire: true },
    );
    const found = ids(composePacks([cities, more]).sources);
    expect(found['obj_city']).toMatchObject({ nameField: 'caption' });
    expect(found['viw_all']).toBeUndefined();
  });

  it.each([
    ['an element that is nowhere', { element: 'fld_titel', of: 'field', set: {} }, '/element', 'Did you mean "fld_title"?'],
    ['another kind', { element: 'fld_title', of: 'view', set: {} }, '/of', 'is a field'],
    ['the id', { element: 'fld_title', of: 'field', set: { '/id': 'fld_x' } }, '/set/~1id', 'never change'],
  ])('refuses an override of %s', (_what, override, path, message) => {
    const { issues } = composePacks([cities, pack('more', {}, { kind: 'override', ...override })]);
    expect(issues).toMatchObject([{ path, message: expect.stringContaining(message), file: 'more/1.json' }]);
  });
});

describe('changes as a pack', () => {
  const mayor = { ...title, id: 'fld_mayor', name: 'mayor', label: 'Mayor' };
  const source = (document: object, origin = 'cities'): SourceDocument => ({ origin, document: document as MetadataDocument });
  const mine = [
    source({ kind: 'pack', name: 'cities', label: 'cities', version: '1.0.0', needs: {} }),
    source({ ...object, label: 'Town', nameField: 'caption' }),
    source({ ...title, name: 'caption', help: 'New' }),
    source(mayor, 'tenant'),
  ];

  it('are the new elements whole and the changed properties of others, and give the same system again', () => {
    const files = exportChanges(composePacks([cities]).sources, mine);
    expect(files).toEqual([
      { kind: 'override', element: 'obj_city', of: 'object', name: 'city', set: { '/label': 'Town' }, was: { '/label': 'City' } },
      {
        kind: 'override',
        element: 'fld_title',
        of: 'field',
        name: 'city.title',
        set: { '/help': 'New', '/name': 'caption' },
        was: { '/help': null, '/name': 'title' },
      },
      mayor,
      { kind: 'override', element: 'viw_all', of: 'view', name: 'city.all', retire: true },
    ]);
    const again = ids(composePacks([cities, pack('ours', { cities: '^1.0.0' }, ...files)]).sources);
    delete again['pack:ours'];
    expect(again).toEqual(ids(mine));
  });
});
