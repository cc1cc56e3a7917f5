import { describe, expect, it } from 'vitest';
import type { MetadataDocument } from '../types/documents.js';
import { renameField, renameObject } from './rename-references.js';

const v = (name: string) => ({ var: name });
const field = (object: string, name: string, more: object = {}): MetadataDocument =>
  ({ kind: 'field', id: `fld_${object}_${name}`, object, name, label: name, type: 'text', ...more }) as MetadataDocument;

const DOCUMENTS: MetadataDocument[] = [
  {
    kind: 'object',
    id: 'obj_account',
    name: 'account',
    label: 'Account',
    pluralLabel: 'Accounts',
    nameField: 'name',
    timeline: { date: 'made', summary: ['industry', 'name'], changes: ['industry'] },
    indexes: [{ fields: ['industry', 'made'] }],
  },
  { kind: 'object', id: 'obj_deal', name: 'deal', label: 'Deal', pluralLabel: 'Deals', nameField: 'name' },
  field('account', 'name'),
  field('account', 'industry'),
  field('account', 'keeper', { type: 'user' }),
  field('deal', 'name', { default: { $expr: v('$record.industry') } }),
  field('deal', 'industry'),
  field('deal', 'account', {
    type: 'lookup',
    target: 'account',
    inverse: { name: 'deals', label: 'Deals' },
    where: { '==': [v('industry'), v('$record.industry')] },
    default: { $lookup: { where: { '==': [v('industry'), v('$record.industry')] }, sort: '-industry' } },
  }),
  {
    kind: 'validation',
    id: 'val_deal',
    object: 'deal',
    name: 'v',
    label: 'v',
    message: 'industry',
    field: 'industry',
    errorWhen: {
      and: [
        { changed: 'industry' },
        { '==': [v('$previous.industry'), 'industry'] },
        { in: [v('account.industry'), ['industry']] },
        { '==': [v('account.keeper.name'), 'industry'] },
      ],
    },
  },
  {
    kind: 'validation',
    id: 'val_account',
    object: 'account',
    name: 'v',
    label: 'v',
    message: 'm',
    errorWhen: { any: [v('deals'), { or: [v('industry'), { '==': [v('account.industry'), 'x'] }] }] },
  },
  {
    kind: 'validation',
    id: 'val_totals',
    object: 'account',
    name: 'totals',
    label: 'v',
    message: 'm',
    errorWhen: {
      and: [
        { '>': [{ count: 'deals' }, { count: ['deals', v('account.industry')] }] },
        {
          '>': [
            { sum: ['deals', 'industry'] },
            { max: [v('deals'), v('account.industry'), { '==': [v('account.industry'), 'industry'] }] },
          ],
        },
      ],
    },
  },
  {
    kind: 'layout',
    id: 'lay_account',
    object: 'account',
    name: 'record',
    label: 'Record',
    highlights: ['industry', 'keeper'],
    path: 'industry',
    sections: [
      {
        id: 's1',
        label: 'industry',
        visible: { is_empty: v('industry') },
        fields: [{ field: 'industry', required: { is_empty: [v('industry')] } }],
      },
    ],
    related: [
      {
        id: 'r1',
        object: 'deal',
        field: 'account',
        columns: ['industry', 'account.industry'],
        sort: [{ field: 'account.industry', direction: 'asc' }],
      },
    ],
  },
  {
    kind: 'view',
    id: 'viw_deal',
    object: 'deal',
    name: 'board',
    label: 'Board',
    type: 'board',
    filter: { '==': [v('account.industry'), 'x'] },
    sort: [{ field: 'account.industry', direction: 'asc' }],
    columns: [{ field: 'industry', width: 100 }],
    quickFilters: ['industry'],
    board: {
      by: 'account',
      switcher: 'industry',
      card: ['name', 'account.industry'],
      columns: { where: { '==': [v('industry'), 'x'] }, details: ['industry'], color: 'industry' },
    },
  },
  {
    kind: 'permission',
    id: 'prm_a',
    role: 'rep',
    object: 'account',
    read: { where: { '==': [v('industry'), 'x'] } },
    update: 'own',
    fields: { default: 'edit', only: { industry: 'read', name: 'edit' } },
  },
  {
    kind: 'app',
    id: 'app_a',
    name: 'a',
    label: 'A',
    items: [
      { id: 'i1', object: 'account' },
      { id: 'i2', object: 'deal', view: 'board' },
    ],
  },
  { kind: 'data', object: 'deal', records: [{ key: 'd1', values: { industry: 'x', account: { $ref: 'account:a1' } } }] },
  {
    kind: 'template',
    id: 'tpl_a',
    name: 't',
    label: 'T',
    object: 'deal',
    subject: 'industry {{record.account.industry}}',
    text: '{{#if record.industry}}{{formatMoney record.industry "record.industry"}}{{/if}} {{record.account.label}}',
  },
  {
    kind: 'workflow',
    id: 'wfl_a',
    name: 'w',
    label: 'W',
    object: 'deal',
    trigger: { type: 'record', on: ['update'], fields: ['industry'], when: { '!=': [v('$previous.industry'), v('account.industry')] } },
    nodes: [
      {
        id: 'n1',
        type: 'record.create@1',
        input: {
          object: 'account',
          set: { industry: { $var: 'trigger.new.industry' }, name: { $template: 'Of {{record.industry}}: industry' } },
        },
      },
      { id: 'n2', type: 'record.update@1', input: { set: { industry: { $expr: v('account.industry') } } } },
      { id: 'n3', type: 'branch@1', input: { cases: [{ port: 'yes', if: { '==': [v('industry'), 'industry'] } }] } },
    ],
    start: 'n1',
    edges: [],
  },
];

const find = (documents: readonly MetadataDocument[], id: string): unknown =>
  documents.find((document) => 'id' in document && document.id === id);

describe('renaming a field', () => {
  const renamed = renameField(DOCUMENTS, 'account', 'industry', 'branch');

  it('changes every reference to it, and no field of another object with the same name', () => {
    expect(find(renamed, 'fld_account_industry')).toMatchObject({ name: 'branch' });
    expect(find(renamed, 'obj_account')).toMatchObject({ timeline: { date: 'made', summary: ['branch', 'name'], changes: ['branch'] } });
    expect(find(renameField(DOCUMENTS, 'account', 'made', 'on'), 'obj_account')).toMatchObject({
      timeline: { date: 'on' },
      indexes: [{ fields: ['industry', 'on'] }],
    });
    expect(find(renamed, 'fld_deal_industry')).toBe(DOCUMENTS[6]);
    expect(find(renamed, 'fld_deal_name')).toBe(DOCUMENTS[5]);
    expect(find(renamed, 'fld_deal_account')).toMatchObject({
      where: { '==': [v('branch'), v('$record.industry')] },
      default: { $lookup: { where: { '==': [v('branch'), v('$record.industry')] }, sort: '-branch' } },
    });
    expect(find(renamed, 'val_deal')).toMatchObject({
      field: 'industry',
      errorWhen: {
        and: [
          { changed: 'industry' },
          { '==': [v('$previous.industry'), 'industry'] },
          { in: [v('account.branch'), ['industry']] },
          { '==': [v('account.keeper.name'), 'industry'] },
        ],
      },
    });
    expect(find(renamed, 'val_account')).toMatchObject({
      errorWhen: { any: [v('deals'), { or: [v('industry'), { '==': [v('account.branch'), 'x'] }] }] },
    });
    expect(find(renamed, 'val_totals')).toMatchObject({
      errorWhen: {
        and: [
          { '>': [{ count: 'deals' }, { count: ['deals', v('account.branch')] }] },
          {
            '>': [{ sum: ['deals', 'industry'] }, { max: [v('deals'), v('account.branch'), { '==': [v('account.branch'), 'industry'] }] }],
          },
        ],
      },
    });
    expect(find(renamed, 'lay_account')).toMatchObject({
      highlights: ['branch', 'keeper'],
      path: 'branch',
      sections: [
        { label: 'industry', visible: { is_empty: v('branch') }, fields: [{ field: 'branch', required: { is_empty: [v('branch')] } }] },
      ],
      related: [{ field: 'account', columns: ['industry', 'account.branch'], sort: [{ field: 'account.branch' }] }],
    });
    expect(find(renamed, 'viw_deal')).toMatchObject({
      filter: { '==': [v('account.branch'), 'x'] },
      sort: [{ field: 'account.branch' }],
      columns: [{ field: 'industry', width: 100 }],
      quickFilters: ['industry'],
      board: {
        by: 'account',
        card: ['name', 'account.branch'],
        columns: { where: { '==': [v('branch'), 'x'] }, details: ['branch'], color: 'branch' },
      },
    });
    expect(find(renamed, 'prm_a')).toMatchObject({
      read: { where: { '==': [v('branch'), 'x'] } },
      update: 'own',
      fields: { only: { branch: 'read', name: 'edit' } },
    });
    expect(find(renamed, 'tpl_a')).toMatchObject({
      subject: 'industry {{record.account.branch}}',
      text: '{{#if record.industry}}{{formatMoney record.industry "record.industry"}}{{/if}} {{record.account.label}}',
    });
    expect(find(renamed, 'wfl_a')).toMatchObject({
      trigger: { fields: ['industry'], when: { '!=': [v('$previous.industry'), v('account.branch')] } },
      nodes: [
        { input: { set: { branch: { $var: 'trigger.new.industry' }, name: { $template: 'Of {{record.industry}}: industry' } } } },
        { input: { set: { industry: { $expr: v('account.branch') } } } },
        { input: { cases: [{ port: 'yes', if: { '==': [v('industry'), 'industry'] } }] } },
      ],
    });
  });

  it('gives documents that do not name it back as they are', () => {
    expect(renamed.filter((document, index) => document === DOCUMENTS[index]).map((document) => document.kind)).toEqual([
      ...['object', 'field', 'field', 'field', 'field', 'app', 'data'],
    ]);
  });

  it('is undone by renaming it back', () => {
    expect(renameField(renamed, 'account', 'branch', 'industry')).toEqual(DOCUMENTS);
    for (const name of ['name', 'industry', 'account']) {
      expect(renameField(renameField(DOCUMENTS, 'deal', name, 'zzz'), 'deal', 'zzz', name)).toEqual(DOCUMENTS);
    }
  });

  it('follows the system fields', () => {
    const rule: MetadataDocument = { ...(DOCUMENTS[8] as object), errorWhen: { '==': [v('account.owner.name'), 'x'] } } as never;
    expect(renameField([...DOCUMENTS, rule], 'user', 'name', 'title').at(-1)).toMatchObject({
      errorWhen: { '==': [v('account.owner.title'), 'x'] },
    });
  });

  it('renames a field of many links where conditions look through it, and the fields behind it', () => {
    const rule = (name: unknown, inner: string): MetadataDocument =>
      ({ ...(DOCUMENTS[9] as object), errorWhen: { any: [name, { '==': [v(inner), 'x'] }] } }) as never;
    const links = field('account', 'friends', { type: 'many_to_many', target: 'deal' });
    expect(renameField([...DOCUMENTS, links, rule('friends', 'industry')], 'account', 'friends', 'mates').at(-1)).toEqual(
      rule('mates', 'industry'),
    );
    expect(renameField([...DOCUMENTS, links, rule(v('friends'), 'industry')], 'deal', 'industry', 'branch').at(-1)).toEqual(
      rule(v('friends'), 'branch'),
    );
  });

  it('renames what the condition of such a field reads, of either side', () => {
    const friends = (far: string, near: string) =>
      field('account', 'friends', { type: 'many_to_many', target: 'deal', where: { '==': [v(far), v(`$record.${near}`)] } });
    const links = friends('industry', 'industry');
    expect(renameField([...DOCUMENTS, links], 'deal', 'industry', 'branch').at(-1)).toEqual(friends('branch', 'industry'));
    expect(renameField([...DOCUMENTS, links], 'account', 'industry', 'branch').at(-1)).toEqual(friends('industry', 'branch'));
  });

  it('renames the field that names a record', () => {
    expect(find(renameField(DOCUMENTS, 'account', 'name', 'title'), 'obj_account')).toMatchObject({ nameField: 'title' });
  });
});

describe('renaming what formulas and roll-ups read', () => {
  const computed = [
    ...DOCUMENTS,
    field('deal', 'amount', { type: 'currency' }),
    field('deal', 'net', {
      type: 'formula',
      formula: 'amount -- by industry\n & account.industry',
      returns: 'currency',
      currencyOf: 'account.industry',
    }),
    field('account', 'total', {
      type: 'rollup',
      rollup: { relation: 'deals', function: 'sum', field: 'amount', where: { '==': [v('amount'), v('account.industry')] } },
    }),
  ];
  const after = (object: string, from: string, to: string) =>
    Object.fromEntries(renameField(computed, object, from, to).map((document) => [(document as { id?: string }).id, document]));

  it('changes formula, currency, measured field and condition, each in its object', () => {
    expect(after('deal', 'amount', 'value')).toMatchObject({
      fld_deal_net: { formula: 'value -- by industry\n & account.industry' },
      fld_account_total: { rollup: { relation: 'deals', field: 'value', where: { '==': [v('value'), v('account.industry')] } } },
    });
    expect(after('account', 'industry', 'trade')).toMatchObject({
      fld_deal_net: { formula: 'amount -- by industry\n & account.trade', currencyOf: 'account.trade' },
      fld_account_total: { rollup: { field: 'amount', where: { '==': [v('amount'), v('account.trade')] } } },
    });
  });
});

describe('renaming an object', () => {
  const renamed = renameObject(DOCUMENTS, 'account', 'customer');

  it('changes every place that names it, and no field of the same name', () => {
    expect(find(renamed, 'obj_account')).toMatchObject({ name: 'customer' });
    expect(find(renamed, 'fld_account_industry')).toMatchObject({ object: 'customer' });
    expect(find(renamed, 'fld_deal_account')).toMatchObject({ object: 'deal', name: 'account', target: 'customer' });
    expect(find(renamed, 'prm_a')).toMatchObject({ object: 'customer' });
    expect(find(renamed, 'app_a')).toMatchObject({ items: [{ object: 'customer' }, { object: 'deal' }] });
    expect(find(renamed, 'wfl_a')).toMatchObject({ object: 'deal', nodes: [{ input: { object: 'customer' } }, {}, {}] });
    expect(renamed.find((document) => document.kind === 'data')).toMatchObject({
      records: [{ values: { account: { $ref: 'customer:a1' } } }],
    });
    expect(JSON.stringify(renamed).match(/"(?:object|target)":"account"/g)).toBeNull();
  });

  it('is undone by renaming it back', () => {
    expect(renameObject(renamed, 'customer', 'account')).toEqual(DOCUMENTS);
  });

  it('renames fields in processes, in what depends on them, and in record types', () => {
    const stage = field('deal', 'stage', { type: 'lookup', target: 'account' });
    const topic = field('deal', 'topic', { type: 'picklist', options: [], dependsOn: { field: 'industry', values: { a: ['b'] } } });
    const process: MetadataDocument = {
      kind: 'process',
      id: 'prc_deal',
      object: 'deal',
      name: 'p',
      label: 'industry',
      field: 'stage',
      initialWhere: { is_empty: v('industry') },
      transitions: [{ toWhere: { is_empty: v('industry') }, when: { is_empty: v('industry') }, required: ['industry'] }],
      enter: [{ toWhere: { is_empty: v('industry') }, required: ['industry'] }],
    };
    const type: MetadataDocument = {
      kind: 'record_type',
      id: 'rty_deal',
      object: 'deal',
      name: 't',
      label: 't',
      picklists: { industry: { options: ['industry'] } },
      processes: { industry: 'industry' },
    };
    const all = [...DOCUMENTS, stage, topic, process, type];
    const own = renameField(all, 'deal', 'industry', 'branch');
    expect(find(own, 'prc_deal')).toMatchObject({
      initialWhere: { is_empty: v('industry') },
      transitions: [{ toWhere: { is_empty: v('industry') }, when: { is_empty: v('branch') }, required: ['branch'] }],
      enter: [{ toWhere: { is_empty: v('industry') }, required: ['branch'] }],
    });
    expect(find(own, 'fld_deal_topic')).toMatchObject({ dependsOn: { field: 'branch', values: { a: ['b'] } } });
    expect(find(own, 'rty_deal')).toMatchObject({ picklists: { branch: { options: ['industry'] } }, processes: { branch: 'industry' } });
    expect(find(renameField(all, 'account', 'industry', 'branch'), 'prc_deal')).toMatchObject({
      initialWhere: { is_empty: v('branch') },
      transitions: [{ toWhere: { is_empty: v('branch') }, when: { is_empty: v('industry') }, required: ['industry'] }],
    });
    expect(find(renameField(all, 'deal', 'stage', 'phase'), 'prc_deal')).toMatchObject({ field: 'phase' });
  });
});
