/** A small object "job" whose records start workflows, and "entry", which workflows write: one row for every effect. */
const field = (object: string, name: string, type: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_${object}_${name}`,
  object,
  name,
  label: name,
  type,
  ...more,
});

export const OBJECTS: readonly object[] = [
  { kind: 'object', id: 'obj_job', name: 'job', label: 'Job', pluralLabel: 'Jobs', nameField: 'title' },
  field('job', 'title', 'text', { required: true }),
  field('job', 'flow', 'text'),
  field('job', 'state', 'text'),
  field('job', 'words', 'long_text'),
  field('job', 'amount', 'integer'),
  field('job', 'due', 'date'),
  { kind: 'object', id: 'obj_entry', name: 'entry', label: 'Entry', pluralLabel: 'Entries', nameField: 'title' },
  field('entry', 'title', 'text', { required: true }),
  field('entry', 'job', 'lookup', { target: 'job' }),
];

type Node = { id: string; type: string; input: object; [more: string]: unknown };

/** A workflow that starts when a job with its name as `flow` is made; the nodes follow each other unless edges are given. */
export const workflow = (name: string, nodes: readonly Node[], more: object = {}): object => ({
  kind: 'workflow',
  id: `wfl_${name}`,
  name,
  label: `Workflow ${name}`,
  object: 'job',
  runAs: 'system',
  trigger: { type: 'record', on: ['create'], when: { '==': [{ var: 'flow' }, name] } },
  nodes,
  start: nodes[0]?.id,
  edges: nodes.slice(1).map((node, index) => ({ from: nodes[index]?.id, port: 'ok', to: node.id })),
  ...more,
});

export const entry = (id: string, title: object | string): Node => ({
  id,
  type: 'record.create@1',
  input: { object: 'entry', set: { title, job: { $var: 'trigger.new.id' } } },
});
export const state = (id: string, value: object | string): Node => ({ id, type: 'record.update@1', input: { set: { state: value } } });
export const mail = (id: string, more: object = {}): Node => ({
  id,
  type: 'email.send@1',
  input: { to: 'ada@example.test', subject: { $template: 'About {{record.title}}' }, text: { $template: 'State: {{record.state}}' } },
  ...more,
});
export const hook = (id: string, url: string, more: object = {}): Node => ({
  id,
  type: 'webhook.call@1',
  input: { url, body: { job: { $var: 'record.id' }, state: { $var: 'record.state' }, at: { $expr: { now: [] } } } },
  ...more,
});
