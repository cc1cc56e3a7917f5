import { describe, expect, it } from 'vitest';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { compileModel } from './compile-model.js';

type Json = Record<string, unknown>;
const field = (object: string, name: string, more: Json): Json => ({
  kind: 'field',
  id: `fld_${object}_${name}`,
  object,
  name,
  label: name,
  ...more,
});
const options = (...codes: string[]) => ({ type: 'picklist', options: codes.map((value) => ({ value, label: value })) });
const object = (name: string): Json => ({ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: name, nameField: 'name' });
const base: Json[] = [
  object('ticket'),
  object('step'),
  field('step', 'name', { type: 'text' }),
  field('step', 'rank', { type: 'integer' }),
  field('step', 'group', { type: 'lookup', target: 'step', inverse: { name: 'members', label: 'Members' } }),
  field('ticket', 'name', { type: 'text' }),
  field('ticket', 'state', options('new', 'done', 'lost')),
  field('ticket', 'area', options('web', 'shop')),
  field('ticket', 'step', { type: 'lookup', target: 'step' }),
  { kind: 'role', id: 'rol_clerk', name: 'clerk', label: 'Clerk' },
];
const process = (more: Json): Json => ({
  kind: 'process',
  id: 'prc_one',
  object: 'ticket',
  name: 'one',
  label: 'One',
  field: 'state',
  ...more,
});
const type = (more: Json): Json => ({ kind: 'record_type', id: 'rty_one', object: 'ticket', name: 'one', label: 'One', ...more });
const topic = (dependsOn: Json): Json => field('ticket', 'topic', { ...options('login', 'parcel'), dependsOn });

const compile = (...documents: Json[]) =>
  compileModel([...base, ...documents].map((document) => ({ origin: 'x', document: document as unknown as MetadataDocument })));
const problems = (...documents: Json[]): string[] => {
  const result = compile(...documents);
  return result.ok ? [] : result.issues.map(({ path, code }) => `${path} ${code}`);
};

describe('a process', () => {
  it.each<[string, Json, string[]]>([
    ['without anything wrong', { transitions: [{ from: ['new'], to: ['done'], roles: ['clerk'], required: ['area'] }] }, []],
    ['on a field that is not there', { field: 'stat' }, ['/field unknown_field']],
    ['on a text', { field: 'name' }, ['/field not_for_type']],
    [
      'with states that are not there',
      { initial: ['neww'], transitions: [{ from: ['x'], to: ['done'] }] },
      ['/initial/0 unknown_option', '/transitions/0/from/0 unknown_option'],
    ],
    ['with a move that leads nowhere', { transitions: [{ from: ['new'] }] }, ['/transitions/0/to missing_property']],
    [
      'that says a move twice',
      { transitions: [{ to: ['done'] }, { from: ['new'], to: ['done', 'lost'] }] },
      ['/transitions/1 duplicate_move'],
    ],
    [
      'with conditions where options are',
      { transitions: [{ to: ['done'], fromWhere: { '==': [{ var: 'rank' }, 1] } }] },
      ['/transitions/0/fromWhere not_for_type'],
    ],
    ['with options where records are', { field: 'step', initial: ['new'] }, ['/initial not_for_type']],
    [
      'with a condition that does not hold water',
      { field: 'step', initialWhere: { '>': [{ var: 'ranc' }, 1] } },
      ['/initialWhere/>/0/var unknown_field'],
    ],
    [
      'that looks behind a relation of a state',
      { field: 'step', initialWhere: { '>': [{ count: 'members' }, 1] } },
      ['/initialWhere/>/0/count/0 unknown_relation'],
    ],
    ['that goes too far', { field: 'step', initialWhere: { '>': [{ var: 'group.group.rank' }, 1] } }, ['/initialWhere path_too_long']],
    ['that needs what is not there', { enter: [{ to: ['done'], required: ['areo'] }] }, ['/enter/0/required/0 unknown_field']],
    ['for people who are not there', { transitions: [{ to: ['done'], roles: ['clark'] }] }, ['/transitions/0/roles/0 unknown_role']],
  ])('%s', (_name, more, expected) => {
    expect(problems(process(more))).toEqual(expected);
  });

  it('makes no rules while it is inactive', () => {
    const rules = (inactive: boolean) => {
      const result = compile(process({ transitions: [{ from: ['new'], to: ['done'] }], inactive }));
      return result.ok ? result.model.objects.get('ticket')?.validations.length : undefined;
    };
    expect([rules(false), rules(true)]).toEqual([4, 0]);
  });
});

describe('a dependent picklist', () => {
  it.each<[string, Json, string[]]>([
    ['without anything wrong', { field: 'area', values: { web: ['login'] } }, []],
    ['that depends on nothing', { field: 'areas', values: { web: ['login'] } }, ['/dependsOn/field unknown_field']],
    ['that depends on a text', { field: 'name', values: { web: ['login'] } }, ['/dependsOn/field not_for_type']],
    ['that depends on itself', { field: 'topic', values: { login: ['login'] } }, ['/dependsOn/field circular']],
    [
      'with options that are not there',
      { field: 'area', values: { wap: ['login'], web: ['logon'] } },
      ['/dependsOn/values/wap unknown_option', '/dependsOn/values/web/0 unknown_option'],
    ],
  ])('%s', (_name, dependsOn, expected) => {
    expect(problems(topic(dependsOn))).toEqual(expected);
  });
});

describe('a record type', () => {
  it.each<[string, Json[], string[]]>([
    ['without anything wrong', [type({ picklists: { state: { options: ['new'], default: 'new' } }, roles: ['clerk'] })], []],
    [
      'beside a second default',
      [type({ default: true }), type({ id: 'rty_two', name: 'two', default: true })],
      ['/default duplicate_default'],
    ],
    ['with a page that is not there', [type({ layout: 'page' })], ['/layout unknown_layout']],
    [
      'with choices that are not there',
      [type({ picklists: { state: { options: ['open'], default: 'new' } } })],
      ['/picklists/state/options/0 unknown_option', '/picklists/state/default unknown_option'],
    ],
    ['with choices of a text', [type({ picklists: { name: { options: ['x'] } } })], ['/picklists/name not_for_type']],
    ['with a process of another field', [process({}), type({ processes: { area: 'one' } })], ['/processes/area wrong_field']],
    ['with a process that is not there', [type({ processes: { state: 'two' } })], ['/processes/state unknown_process']],
    ['of an object that has such a field', [field('ticket', 'record_type', { type: 'text' }), type({})], ['/object reserved_name']],
  ])('%s', (_name, documents, expected) => {
    expect(problems(...documents)).toEqual(expected);
  });
});
