import { describe, expect, it } from 'vitest';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { compileModel } from './compile-model.js';

type Json = Record<string, unknown>;

const field = (name: string, type: string, more: Json = {}): Json => ({
  kind: 'field',
  id: `fld_ticket_${name}`,
  object: 'ticket',
  name,
  label: name,
  type,
  ...more,
});
const base: Json[] = [
  { kind: 'object', id: 'obj_ticket', name: 'ticket', label: 'Ticket', pluralLabel: 'Tickets', nameField: 'title' },
  field('title', 'text'),
  field('status', 'picklist', { options: ['open', 'closed'].map((value) => ({ value, label: value })) }),
  field('due', 'date'),
  field('parent', 'lookup', { target: 'ticket' }),
  field('others', 'many_to_many', { target: 'ticket' }),
  field('scan', 'file'),
  field('number', 'autonumber', { format: 'T-{0}' }),
  { kind: 'role', id: 'rol_agent', name: 'agent', label: 'Agent', default: { read: 'all', actions: ['close'] } },
];
const action = (more: Json = {}): Json => ({
  kind: 'action',
  id: 'act_ticket_close',
  object: 'ticket',
  name: 'close',
  label: 'Close',
  set: { status: 'closed' },
  ...more,
});
const permission = (more: Json): Json => ({
  kind: 'permission',
  id: 'prm_agent_ticket',
  role: 'agent',
  object: 'ticket',
  read: 'all',
  ...more,
});
const started = (more: Json): Json => ({
  kind: 'workflow',
  id: 'wfl_close',
  name: 'close',
  label: 'Close',
  object: 'ticket',
  trigger: { type: 'action', action: 'close' },
  nodes: [{ id: 'set', type: 'record.update@1', input: { set: { title: { $var: 'trigger.input.why' } } } }],
  start: 'set',
  edges: [],
  ...more,
});

const compile = (...documents: Json[]) =>
  compileModel([...base, ...documents].map((document) => ({ origin: 'tenant', document: document as unknown as MetadataDocument })));
const problems = (...documents: Json[]) => {
  const result = compile(...documents);
  return result.ok ? [] : result.issues.map(({ path, code }) => `${path} ${code}`);
};

describe('an action', () => {
  it('asks for values like fields and of its own, and sets fields from them', () => {
    const asks = action({
      when: { '!=': [{ var: 'status' }, 'closed'] },
      inputs: [
        { name: 'state', field: 'status', label: 'New state', required: true },
        { name: 'why', type: 'long_text', label: 'Why' },
      ],
      set: {
        status: { $input: 'state' },
        title: { $input: 'why' },
        due: { $expr: { add: [{ today: [] }, 3, 'day'] } },
        owner: { $expr: { var: '$user.id' } },
      },
    });
    const result = compile(asks, started({}));
    const model = result.ok ? result.model.objects.get('ticket')?.actions.get('close') : undefined;
    expect(model?.inputs.map(({ name, label, type, required }) => [name, label, type, required])).toEqual([
      ['state', 'New state', 'picklist', true],
      ['why', 'Why', 'long_text', false],
    ]);
    expect([...(model?.set ?? [])].map(([name, { kind }]) => [name, kind])).toEqual([
      ['status', 'input'],
      ['title', 'input'],
      ['due', 'expression'],
      ['owner', 'expression'],
    ]);
    expect(model?.workflows).toEqual(['wfl_close']);
  });

  it.each<[string, Json[], string[]]>([
    ['is fine as it is', [action()], []],
    ['is nothing without something to do', [action({ set: undefined })], [' missing_property']],
    [
      'may do nothing but start a workflow',
      [action({ set: undefined, inputs: [{ name: 'why', type: 'text', label: 'Why' }] }), started({})],
      [],
    ],
    [
      'can not be called like what every object has',
      [action({ name: 'merge' })],
      ['/default/actions/0 unknown_action', '/name reserved_name'],
    ],
    ['sets fields that are there', [action({ set: { satus: 'closed' } })], ['/set/satus unknown_field']],
    ['sets what people write', [action({ set: { number: 'T-1' } })], ['/set/number not_for_type']],
    ['sets values that fit', [action({ set: { status: 'lost' } })], ['/set/status not_an_option']],
    ['empties fields', [action({ set: { status: null } })], []],
    ['takes from inputs it has', [action({ set: { title: { $input: 'why' } } })], ['/set/title/$input unknown_name']],
    [
      'takes from inputs of the same type',
      [action({ inputs: [{ name: 'why', type: 'text', label: 'Why' }], set: { due: { $input: 'why' } } })],
      ['/set/due/$input wrong_type'],
    ],
    [
      'takes links from inputs to the same object',
      [action({ inputs: [{ name: 'to', type: 'user', label: 'To' }], set: { parent: { $input: 'to' } } })],
      ['/set/parent/$input wrong_type'],
    ],
    ['works out values of the type', [action({ set: { due: { $expr: { var: 'title' } } } })], ['/set/due/$expr wrong_type']],
    ['reads no other records', [action({ set: { title: { $expr: { var: 'parent.title' } } } })], ['/set/title/$expr not_allowed']],
    ['asks for what there is', [action({ inputs: [{ name: 'a', field: 'nothing' }] })], ['/inputs/0/field unknown_field']],
    ['asks for what people fill in', [action({ inputs: [{ name: 'a', field: 'number' }] })], ['/inputs/0/field not_for_type']],
    ['asks for one value', [action({ inputs: [{ name: 'a', field: 'others' }] })], ['/inputs/0/field not_for_type']],
    ['asks for no file', [action({ inputs: [{ name: 'a', field: 'scan' }] })], ['/inputs/0/field not_for_type']],
    ['asks by a label', [action({ inputs: [{ name: 'a', type: 'text' }] })], ['/inputs/0/label missing_property']],
    [
      'asks for one thing at a time',
      [action({ inputs: [{ name: 'a', type: 'text', field: 'title', label: 'A' }] })],
      ['/inputs/0 malformed'],
    ],
    ['says where a link leads', [action({ inputs: [{ name: 'a', type: 'lookup', label: 'A' }] })], ['/inputs/0/target missing_property']],
    [
      'leads to objects there are',
      [action({ inputs: [{ name: 'a', type: 'lookup', label: 'A', target: 'tiket' }] })],
      ['/inputs/0/target unknown_object'],
    ],
    [
      'names each value once',
      [action({ inputs: ['A', 'B'].map((label) => ({ name: 'a', type: 'text', label })) })],
      ['/inputs/1/name duplicate_name'],
    ],
    ['knows its condition', [action({ when: { '==': [{ var: 'sate' }, 1] } })], ['/when/==/0/var unknown_field']],
    ['is named in permissions', [action(), permission({ actions: ['close', 'share'], deny: { actions: ['close'] } })], []],
    ['is named in permissions as it is', [action(), permission({ actions: ['clsoe'] })], ['/actions/0 unknown_action']],
    [
      'starts workflows that name it',
      [action(), started({ trigger: { type: 'action', action: 'clos' } })],
      ['/nodes/0/input/set/title/$var unknown_name', '/trigger/action unknown_action'],
    ],
    ['gives workflows what it asks for', [action(), started({})], ['/nodes/0/input/set/title/$var unknown_name']],
  ])('%s', (_rule, documents, expected) => {
    expect(problems(...documents)).toEqual(expected);
  });
});
