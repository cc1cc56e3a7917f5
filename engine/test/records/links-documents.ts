type Json = Record<string, unknown>;

const object = (name: string, more: Json = {}) => ({
  kind: 'object',
  id: `obj_${name}`,
  name,
  label: name,
  pluralLabel: `${name}s`,
  nameField: 'name',
  ...more,
});
const field = (of: string, name: string, type: string, more: Json = {}) => ({
  kind: 'field',
  id: `fld_${of}_${name}`,
  object: of,
  name,
  label: name,
  type,
  ...more,
});
const role = (name: string, all: 'all' | 'none') => ({
  kind: 'role',
  id: `rol_${name}`,
  name,
  label: name,
  default: { create: all === 'all', read: all, update: all, delete: all, fields: 'edit' },
});
const permission = (of: string, on: string, more: Json) => ({ kind: 'permission', id: `prm_${of}_${on}`, role: of, object: on, ...more });
const inverse = (name: string) => ({ inverse: { name, label: name } });
const READS_OPEN = { read: { where: { '==': [{ var: 'is_open' }, true] } } };

/** Articles with topics and authors; topics that are not open are out of the sight of readers and writers. */
export const linkDocuments: readonly Json[] = [
  object('topic'),
  field('topic', 'name', 'text', { required: true }),
  field('topic', 'is_open', 'boolean', { default: true }),
  field('topic', 'rank', 'integer'),
  object('article'),
  field('article', 'name', 'text', { required: true }),
  field('article', 'topics', 'many_to_many', { target: 'topic', ...inverse('articles') }),
  field('article', 'people', 'many_to_many', { target: 'user' }),
  // Topics of a rank that the article reaches.
  field('article', 'reach', 'integer'),
  field('article', 'ranked', 'many_to_many', {
    target: 'topic',
    where: { and: [{ '<=': [{ var: 'rank' }, { var: '$record.reach' }] }, { '!=': [{ var: 'name' }, 'barred'] }] },
  }),
  field('article', 'is_done', 'boolean'),
  {
    kind: 'validation',
    id: 'val_done_topics',
    object: 'article',
    name: 'done_needs_topics',
    label: 'Done needs a topic',
    errorWhen: { and: [{ '==': [{ var: 'is_done' }, true] }, { is_empty: [{ var: 'topics' }] }] },
    message: 'An article is done only with a topic.',
    field: 'topics',
  },
  {
    kind: 'workflow',
    id: 'wfl_topics',
    name: 'on_topics',
    label: 'On topics',
    object: 'article',
    trigger: { type: 'record', on: ['update'], fields: ['topics'], entry: 'every_match' },
    nodes: [{ id: 'n1', type: 'record.create@1', input: { object: 'topic', set: { name: 'made' } } }],
    start: 'n1',
    edges: [],
  },
  // A remark is about a topic or an article, or about somebody.
  object('remark'),
  field('remark', 'name', 'text', { required: true }),
  field('remark', 'about', 'polymorphic', { targets: ['topic', 'article', 'user'], ...inverse('remarks') }),
  {
    kind: 'validation',
    id: 'val_remark_topic',
    object: 'remark',
    name: 'no_topics_named_so',
    label: 'No remarks on topics by this name',
    errorWhen: { and: [{ is_a: [{ var: 'about' }, 'topic'] }, { '==': [{ var: 'name' }, 'not on topics'] }] },
    message: 'Not on topics.',
  },
  {
    kind: 'layout',
    id: 'lay_topic',
    object: 'topic',
    name: 'record',
    label: 'Record',
    sections: [{ id: 's1', label: 'All', fields: [{ field: 'name' }] }],
    related: [
      { id: 'r1', object: 'remark', field: 'about', columns: ['name'] },
      { id: 'r2', object: 'article', field: 'topics', columns: ['name'] },
    ],
  },
  role('admin', 'all'),
  role('writer', 'none'),
  permission('writer', 'topic', READS_OPEN),
  permission('writer', 'article', { create: true, read: 'all', update: 'all', delete: 'all' }),
  permission('writer', 'remark', { create: true, read: 'all', update: 'all', delete: 'all' }),
  role('blind', 'none'),
  permission('blind', 'remark', { create: true, read: 'all', update: 'all', fields: { default: 'edit', only: { about: 'none' } } }),
  permission('blind', 'article', { create: true, read: 'all', update: 'all', fields: { default: 'edit', only: { topics: 'none' } } }),
];
