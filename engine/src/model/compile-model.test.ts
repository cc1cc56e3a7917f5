import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { compileModel } from './compile-model.js';
import { composedFiles } from '../planner/compose-packs.js';
import { readPackFiles } from './read-packs.js';
import type { SourceDocument } from './types.js';

const packs = fileURLToPath(new URL('../../../metadata/packs/', import.meta.url));
const source = (document: object): SourceDocument => ({ origin: 'tenant', document: document as MetadataDocument });

const city = { kind: 'object', id: 'obj_city', name: 'city', label: 'City', pluralLabel: 'Cities', nameField: 'title' };
const title = { kind: 'field', id: 'fld_city_title', object: 'city', name: 'title', label: 'Title', type: 'text' };
const size = {
  kind: 'field',
  id: 'fld_city_size',
  object: 'city',
  name: 'size',
  label: 'Size',
  type: 'picklist',
  options: [{ value: 'big', label: 'Big' }],
};
const capital = {
  kind: 'field',
  id: 'fld_city_capital',
  object: 'city',
  name: 'capital',
  label: 'Capital',
  type: 'lookup',
  target: 'city',
};
const role = { kind: 'role', id: 'rol_reader', name: 'reader', label: 'Reader', default: { read: 'own', fields: 'read' } };
const base = [city, title, size, capital, role];
const field = (more: object) => ({ kind: 'field', id: 'fld_more', object: 'city', name: 'more', label: 'More', type: 'text', ...more });
const view = (more: object) => ({
  kind: 'view',
  id: 'viw_all',
  object: 'city',
  name: 'all',
  label: 'All',
  type: 'list',
  columns: [{ field: 'title' }],
  ...more,
});
const flow = (more: object) => ({
  kind: 'workflow',
  id: 'wfl_flow',
  name: 'flow',
  label: 'Flow',
  object: 'city',
  trigger: { type: 'record', on: ['create'] },
  nodes: [
    { id: 'one', type: 'branch@1', input: { cases: [{ port: 'big', if: { '==': [{ var: 'size' }, 'big'] } }] } },
    { id: 'two', type: 'record.update@1', input: { set: { title: 'x' } } },
  ],
  start: 'one',
  edges: [{ from: 'one', port: 'big', to: 'two' }],
  ...more,
});

const compile = (...documents: object[]) => compileModel([...base, ...documents].map(source));
const problems = (...documents: object[]) => {
  const result = compile(...documents);
  return result.ok ? [] : result.issues.map((issue) => `${issue.path} ${issue.code}`);
};

describe('compiling a model', () => {
  it('reads the packs of the project without a problem', async () => {
    const result = compileModel(composedFiles(await readPackFiles(packs)));
    expect(result.ok ? [] : result.issues).toEqual([]);
  });

  it('gives every object its system fields, and users an object of their own', () => {
    const result = compile();
    if (!result.ok) throw new Error('not compiled');
    const { objects } = result.model;
    expect([...(objects.get('city')?.fields.keys() ?? [])]).toEqual([
      'title',
      'size',
      'capital',
      'id',
      'owner',
      'created_at',
      'created_by',
      'updated_at',
      'updated_by',
      'version',
      'deleted_at',
    ]);
    expect([...(objects.get('user')?.fields.keys() ?? [])]).toEqual(['id', 'name', 'is_active', 'is_queue']);
    expect(objects.get('city')?.fields.get('owner')?.target).toBe('user');
  });

  it('gives every role something to say about every object, with "own" as a condition', () => {
    const result = compile({
      kind: 'permission',
      id: 'prm_one',
      role: 'reader',
      object: 'city',
      read: 'all',
      fields: { default: 'none', only: { title: 'edit' } },
    });
    if (!result.ok) throw new Error(JSON.stringify(result.issues));
    const permission = result.model.roles.get('reader')?.permissions.get('city');
    expect(permission?.read).toEqual({ kind: 'all' });
    const all = { kind: 'all' };
    const none = { kind: 'none' };
    expect(Object.fromEntries(permission?.fields ?? [])).toMatchObject({
      title: { read: all, edit: all },
      size: { read: none, edit: none },
      owner: { read: none, edit: none },
      id: { read: all, edit: none },
    });
    const fallback = compile();
    expect(fallback.ok && fallback.model.roles.get('reader')?.permissions.get('city')?.read).toMatchObject({
      kind: 'where',
      where: {
        op: 'or',
        args: [
          { op: 'eq', args: [{ kind: 'field', path: [{ field: 'owner' }] }, { kind: 'user' }] },
          {
            op: 'in',
            args: [
              { kind: 'field', path: [{ field: 'owner' }] },
              { kind: 'people', group: 'queues' },
            ],
          },
          { kind: 'shared', object: 'city', level: 'read' },
        ],
      },
    });
  });

  it('is the same model in whatever order the documents come, and another one when a label changes', () => {
    const hash = (documents: object[]) => {
      const result = compileModel(documents.map(source));
      return result.ok ? result.model.hash : '';
    };
    expect(hash([...base].reverse())).toBe(hash(base));
    expect(hash([{ ...city, label: 'Town' }, ...base.slice(1)])).not.toBe(hash(base));
  });

  it('can not be changed afterwards', () => {
    const result = compile();
    expect(result.ok && Object.isFrozen(result.model.objects.get('city')?.fields.get('title')?.options)).toBe(true);
  });

  it.each<[string, object, string[]]>([
    ['a property no field has', field({ lenght: 3 }), ['/lenght unknown_property']],
    ['a kind that does not exist', { ...field({}), kind: 'feild' }, ['/kind unknown_kind']],
    ['a missing label', field({ label: undefined }), ['/label missing_property']],
    ['a name with SQL in it', field({ name: 'a"; drop table x' }), ['/name bad_format']],
    ['an unknown type', field({ type: 'txt' }), ['/type not_allowed']],
    ['a trigger of no kind', flow({ trigger: { type: 'timer' } }), Array(3).fill('/trigger/type not_allowed')],
    ['a schedule without a cron', flow({ trigger: { type: 'schedule', timeZone: 'UTC' } }), ['/trigger/cron missing_property']],
    ['a row rule of no kind', { kind: 'permission', id: 'prm_one', role: 'reader', object: 'city', read: 'alll' }, ['/read not_allowed']],
    ['a property of another type', field({ options: [{ value: 'a', label: 'A' }] }), ['/options unknown_property']],
    ['a name that is built in', field({ name: 'owner' }), ['/name reserved_name']],
    ['an object that is built in', { ...city, id: 'obj_user', name: 'user', nameField: 'name' }, ['/name reserved_name']],
    ['the same id twice', field({ id: 'fld_city_title' }), ['/id duplicate_id']],
    ['the same name twice', field({ name: 'title' }), ['/name duplicate_name']],
    ['a target that does not exist', field({ type: 'lookup', target: 'citty' }), ['/target unknown_object']],
    ['an object that does not exist', field({ object: 'citty' }), ['/object unknown_object']],
    ['a picklist without options', field({ type: 'picklist' }), ['/options missing_property']],
    [
      'an option twice',
      field({
        type: 'picklist',
        options: [
          { value: 'a', label: 'A' },
          { value: 'a', label: 'B' },
        ],
      }),
      ['/options/1/value duplicate_option'],
    ],
    [
      'a default that is no option',
      field({ type: 'picklist', options: [{ value: 'a', label: 'A' }], default: 'b' }),
      ['/default bad_default'],
    ],
    ['a default expression of another type', field({ default: { $expr: { today: [] } } }), ['/default/$expr wrong_type']],
    ['a long text that is unique', field({ type: 'long_text', unique: true }), ['/unique not_for_type']],
    ['a smallest value above the largest', field({ type: 'integer', min: '5', max: '4' }), ['/max bad_range']],
    ['a record that is part of itself', field({ type: 'master_detail', target: 'city' }), ['/target master_detail_cycle']],
    [
      'a relation named like a field',
      field({ type: 'lookup', target: 'city', inverse: { name: 'title', label: 'T' } }),
      ['/inverse/name duplicate_name'],
    ],
    [
      'a condition on a field that does not exist',
      field({ type: 'lookup', target: 'city', where: { '==': [{ var: 'titel' }, 'x'] } }),
      ['/where/==/0/var unknown_field'],
    ],
    ['a name field that is a picklist', { ...city, id: 'obj_bbb', name: 'b', nameField: 'size' }, ['/nameField unknown_field']],
    ['a column that does not exist', view({ columns: [{ field: 'titel' }] }), ['/columns/0/field unknown_field']],
    ['a path through a text', view({ columns: [{ field: 'title.name' }] }), ['/columns/0/field not_a_link']],
    ['a path that is too long', view({ sort: [{ field: 'capital.capital.title', direction: 'asc' }] }), []],
    ['a board without a field', view({ type: 'board' }), ['/board missing_property']],
    ['sums of text', view({ type: 'board', board: { by: 'size', card: ['title'], sums: ['title'] } }), ['/board/sums/0 not_for_type']],
    ['a permission for no role', { kind: 'permission', id: 'prm_one', role: 'writer', object: 'city' }, ['/role unknown_role']],
    [
      'an app with a view that does not exist',
      { kind: 'app', id: 'app_one', name: 'one', label: 'One', items: [{ id: 'aa', object: 'city', view: 'all' }] },
      ['/items/0/view unknown_view'],
    ],
    [
      'a validation on a field that does not exist',
      {
        kind: 'validation',
        id: 'val_one',
        object: 'city',
        name: 'one',
        label: 'One',
        message: 'No.',
        field: 'x',
        errorWhen: { '==': [{ var: 'title' }, 'x'] },
      },
      ['/field unknown_field'],
    ],
    [
      'an edge from a port that does not exist',
      flow({ edges: [{ from: 'one', port: 'small', to: 'two' }] }),
      ['/edges/0/port unknown_port'],
    ],
    ['an edge to nowhere', flow({ edges: [{ from: 'one', port: 'big', to: 'tri' }] }), ['/edges/0/to unknown_node']],
    [
      'steps in a circle',
      flow({
        edges: [
          { from: 'one', port: 'big', to: 'two' },
          { from: 'two', port: 'ok', to: 'one' },
        ],
      }),
      ['/edges cycle'],
    ],
    ['a start that does not exist', flow({ start: 'zero' }), ['/start unknown_node']],
    [
      'a pack that is needed and missing',
      { kind: 'pack', name: 'p', label: 'P', version: '1.0.0', needs: { q: '^1.0.0' } },
      ['/needs/q unknown_pack'],
    ],
  ])('says where: %s', (_what, document, expected) => {
    expect(problems(document)).toEqual(expected);
  });

  it('says everything at once, with the file, what was expected and the nearest name', () => {
    const result = compileModel([
      ...base.map(source),
      { origin: 'x', file: 'x/fields/a.json', document: field({ type: 'lookup', target: 'citty' }) as MetadataDocument },
      { origin: 'x', file: 'x/views/b.json', document: view({ columns: [{ field: 'titel' }] }) as MetadataDocument },
    ]);
    expect(result.ok ? [] : result.issues).toEqual([
      { file: 'x/fields/a.json', path: '/target', code: 'unknown_object', message: 'There is no object "citty". Did you mean "city"?' },
      {
        file: 'x/views/b.json',
        path: '/columns/0/field',
        code: 'unknown_field',
        message: 'city has no field "titel". Did you mean "title"?',
      },
    ]);
  });
});
