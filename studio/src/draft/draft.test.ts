import type { FieldDocument, LayoutDocument, ObjectDocument } from '@fieldstone/metadata/types/documents.js';
import { describe, expect, it } from 'vitest';
import { changeState, documentsOf, draftFrom, elementName, findObject, ofObject, put, type Draft, type StudioDocument } from './draft.js';
import { redo, run, startHistory, undo } from './history.js';
import { addField, fieldAccess, renameFieldName, setFieldAccess, usageOf, blocking } from './field-commands.js';
import { nudgeField, placeField, removeSection } from './layout-commands.js';
import { nameProblem, newId, suggestName, suggestPlural } from './names.js';
import { renameTemplate } from './template-commands.js';
import { addObject, belongings, presetOf, retireField, retireObject } from './object-commands.js';

const object: ObjectDocument = {
  kind: 'object',
  id: 'obj_project',
  name: 'project',
  label: 'Project',
  pluralLabel: 'Projects',
  nameField: 'name',
};
const field = (name: string, more: Partial<FieldDocument> = {}): FieldDocument => ({
  kind: 'field',
  id: `fld_project_${name}`,
  object: 'project',
  name,
  label: `The ${name}`,
  type: 'text',
  ...more,
});
const layout: LayoutDocument = {
  kind: 'layout',
  id: 'lay_project',
  object: 'project',
  name: 'record',
  label: 'Record',
  highlights: ['budget'],
  sections: [
    { id: 's1', label: 'One', fields: [{ field: 'name' }, { field: 'budget' }] },
    { id: 's2', label: 'Two', fields: [{ field: 'phase' }] },
  ],
};
const role = (name: string, read: 'all' | 'own' | 'none'): StudioDocument => ({
  kind: 'role',
  id: `rol_${name}`,
  name,
  label: name,
  default: { create: true, read, update: read, delete: 'none', fields: 'edit' },
});
const documents: StudioDocument[] = [
  object,
  field('name'),
  field('budget', { type: 'decimal' }),
  field('phase', { type: 'picklist', options: [{ value: 'plan', label: 'Plan' }] }),
  layout,
  {
    kind: 'view',
    id: 'viw_project',
    object: 'project',
    name: 'all',
    label: 'All',
    type: 'list',
    columns: [{ field: 'name' }, { field: 'budget' }],
  },
  {
    kind: 'validation',
    id: 'val_project',
    object: 'project',
    name: 'rich',
    label: 'Rich',
    errorWhen: { '<': [{ var: 'budget' }, 0] },
    message: 'No.',
  },
  { kind: 'app', id: 'app_work', name: 'work', label: 'Work', items: [{ id: 'project', object: 'project' }] },
  role('admin', 'all'),
  role('rep', 'own'),
];

const start = (): Draft =>
  draftFrom(
    {
      revision: 4,
      elements: documents.map((document) => ({
        kind: document.kind,
        id: document.id,
        name: elementName(document),
        origin: 'base',
        hash: '',
        document,
      })),
    },
    { draft: null, baseRevision: 4, changes: [] },
  );
const fieldOf = (draft: Draft, name: string): FieldDocument => {
  const found = ofObject(draft, 'field', 'project').find((each) => each.name === name);
  if (found === undefined) throw new Error(`no field ${name}`);
  return found;
};

describe('a draft', () => {
  it('holds what differs, and nothing once it is as published again', () => {
    const changed = put(start(), 'obj_project', { ...object, label: 'Job' });
    expect([changed.changes.size, changeState(changed, 'obj_project')]).toEqual([1, 'changed']);
    expect(put(changed, 'obj_project', { ...object }).changes.size).toBe(0);
  });

  it('forgets an element that was added and retired again', () => {
    const added = put(start(), 'fld_new_one', field('extra', { id: 'fld_new_one' }));
    expect(changeState(added, 'fld_new_one')).toBe('added');
    expect(put(added, 'fld_new_one', null).changes.size).toBe(0);
  });
});

describe('history', () => {
  const rename = (label: string) => (draft: Draft) => put(draft, 'obj_project', { ...object, label });

  it('undoes twenty mixed edits to the start and does them again', () => {
    let history = startHistory(start());
    for (let index = 0; index < 20; index += 1) history = run(history, `Edit ${index}`, rename(`Label ${index}`), { now: index });
    const end = history.draft.changes;
    for (let index = 0; index < 20; index += 1) history = undo(history);
    expect([history.draft.changes.size, history.undone.length]).toEqual([0, 20]);
    for (let index = 0; index < 20; index += 1) history = redo(history);
    expect(history.draft.changes).toEqual(end);
  });

  it('joins quick edits of the same thing to one step', () => {
    const once = run(startHistory(start()), 'Type', rename('A'), { merge: 'label', now: 0 });
    const twice = run(once, 'Type', rename('AB'), { merge: 'label', now: 500 });
    const later = run(twice, 'Type', rename('ABC'), { merge: 'label', now: 5_000 });
    expect([twice.done.length, later.done.length, undo(twice).draft.changes.size]).toEqual([1, 2, 0]);
  });

  it('logs nothing for an edit without effect, and forgets redo after a new edit', () => {
    const history = startHistory(start());
    expect(run(history, 'Nothing', (draft) => draft, { now: 0 })).toBe(history);
    const undone = undo(run(history, 'Edit', rename('A'), { now: 0 }));
    expect(run(undone, 'Other', rename('B'), { now: 1 }).undone).toEqual([]);
  });
});

describe('objects', () => {
  const added = () =>
    addObject(start(), {
      label: 'Trip',
      pluralLabel: 'Trips',
      name: 'trip',
      icon: 'map',
      nameField: { label: 'Title', name: 'title', type: 'text' },
      access: { admin: 'full', rep: 'role' },
      app: 'app_work',
    });

  it('come with all that puts them on the screens', () => {
    const draft = added();
    expect([...draft.changes.values()].map((document) => document?.kind)).toEqual([
      'object',
      'field',
      'layout',
      'view',
      'permission',
      'app',
    ]);
    expect(findObject(draft, 'trip')?.nameField).toBe('title');
    expect(ofObject(draft, 'permission', 'trip').map((permission) => [permission.role, presetOf(permission)])).toEqual([['admin', 'full']]);
  });

  it('are retired with what belongs to them, and links from elsewhere', () => {
    const linked = put(added(), 'fld_trip_project', field('trip', { id: 'fld_trip_project', type: 'lookup', target: 'trip' }));
    const next = retireObject(linked, 'trip');
    expect(documentsOf(next)).toEqual(documents);
  });

  it('that are published leave tombstones, and an empty app goes with them', () => {
    const next = retireObject(start(), 'project');
    expect(documentsOf(next).map((document) => document.id)).toEqual(['rol_admin', 'rol_rep']);
    expect(belongings(start(), 'project').edited.map((document) => document.id)).toEqual(['app_work']);
  });
});

describe('fields', () => {
  const extra = field('extra', { id: 'fld_extra' });

  it('are put on layouts and lists when asked', () => {
    const draft = addField(start(), extra, { layouts: true, lists: true });
    expect(ofObject(draft, 'layout', 'project')[0]?.sections.at(-1)?.fields.at(-1)).toEqual({ field: 'extra' });
    expect(ofObject(draft, 'view', 'project')[0]?.columns?.at(-1)).toEqual({ field: 'extra' });
    expect(addField(start(), extra, { layouts: false, lists: false }).changes.size).toBe(1);
  });

  it('are renamed everywhere they are named', () => {
    const draft = renameFieldName(start(), fieldOf(start(), 'budget'), 'cost');
    expect(fieldOf(draft, 'cost').id).toBe('fld_project_budget');
    expect(ofObject(draft, 'validation', 'project')[0]?.errorWhen).toEqual({ '<': [{ var: 'cost' }, 0] });
    expect(JSON.stringify(documentsOf(draft))).not.toContain('"budget"');
  });

  it('tell where they are used, and what retiring them leaves broken', () => {
    const draft = start();
    const budget = fieldOf(draft, 'budget');
    expect(usageOf(draft, budget).map((usage) => usage.document.kind)).toEqual(['layout', 'view', 'validation']);
    expect(blocking(draft, budget, retireField).map((usage) => usage.document.kind)).toEqual(['validation']);
  });

  it('take the indexes they are part of with them when they are retired', () => {
    const indexes = [{ fields: ['budget', 'phase'] }, { fields: ['phase', 'owner'] }];
    const indexed = put(start(), object.id, { ...object, indexes });
    expect(findObject(retireField(indexed, fieldOf(start(), 'budget')), 'project')?.indexes).toEqual([{ fields: ['phase', 'owner'] }]);
    expect(findObject(retireField(indexed, fieldOf(start(), 'phase')), 'project')).not.toHaveProperty('indexes');
  });

  it('are taken out of timelines when they are retired', () => {
    const timeline = { date: 'budget', summary: ['phase', 'budget'], changes: ['budget'], deleted: true };
    const next = retireField(put(start(), object.id, { ...object, timeline }), fieldOf(start(), 'budget'));
    expect(findObject(next, 'project')?.timeline).toEqual({ summary: ['phase'], changes: [], deleted: true });
  });

  it('are taken off layouts and views when they are retired', () => {
    const next = retireField(start(), fieldOf(start(), 'budget'));
    expect(ofObject(next, 'layout', 'project')[0]).toMatchObject({ highlights: [], sections: [{ fields: [{ field: 'name' }] }, {}] });
    expect(ofObject(next, 'view', 'project')[0]?.columns).toEqual([{ field: 'name' }]);
  });

  it('can be hidden from a role, which keeps the rest of what the role may do', () => {
    const draft = setFieldAccess(start(), 'rep', 'project', 'budget', 'none');
    const permission = ofObject(draft, 'permission', 'project')[0];
    expect(permission).toMatchObject({ role: 'rep', create: true, read: 'own', update: 'own', fields: { only: { budget: 'none' } } });
    expect(fieldAccess(permission, 'name')).toBe('edit');
    expect(ofObject(setFieldAccess(draft, 'rep', 'project', 'budget', 'edit'), 'permission', 'project')[0]?.fields).toBeUndefined();
  });
});

describe('templates', () => {
  it('are renamed in the steps that send them', () => {
    const template: StudioDocument = { kind: 'template', id: 'tpl_hello', name: 'hello', label: 'Hello', subject: 'Hi', text: 'Hi' };
    const mail = (name: string) => ({ id: 'mail', type: 'email.send@1', input: { to: 'a@example.com', template: name } });
    const workflow: StudioDocument = {
      kind: 'workflow',
      id: 'wfl_hello',
      name: 'greet',
      label: 'Greet',
      object: 'project',
      trigger: { type: 'record', on: ['create'] },
      nodes: [mail('hello'), { ...mail('other'), id: 'second' }],
      start: 'mail',
      edges: [],
    };
    const draft = renameTemplate(put(put(start(), template.id, template), workflow.id, workflow), template, 'welcome');
    expect(documentsOf(draft)).toContainEqual({ ...template, name: 'welcome' });
    expect(documentsOf(draft)).toContainEqual({ ...workflow, nodes: [mail('welcome'), { ...mail('other'), id: 'second' }] });
  });
});

describe('layouts', () => {
  const order = (next: LayoutDocument) => next.sections.map((section) => section.fields.map((entry) => entry.field));

  it.each([
    ['within its section', 'name', { section: 's1', index: 2 }, [['budget', 'name'], ['phase']]],
    ['to another section', 'name', { section: 's2', index: 0 }, [['budget'], ['name', 'phase']]],
    ['from the palette', 'owner', { section: 's1', index: 1 }, [['name', 'owner', 'budget'], ['phase']]],
  ])('move a field %s', (_name, name, to, expected) => {
    expect(order(placeField(layout, name, to))).toEqual(expected);
  });

  it('nudge a field over the edge of its section, and not over the end', () => {
    expect(order(nudgeField(layout, 'budget', 1))).toEqual([['name'], ['budget', 'phase']]);
    expect(order(nudgeField(layout, 'phase', -1))).toEqual([['name', 'budget', 'phase'], []]);
    expect(nudgeField(layout, 'phase', 1)).toBe(layout);
  });

  it('keep their last section', () => {
    const single = removeSection(layout, 's2');
    expect([single.sections.length, removeSection(single, 's1')]).toEqual([1, single]);
  });
});

describe('names', () => {
  it.each([
    ['Close date', 'close_date'],
    ['Größe (cm)', 'gro_e_cm'],
    ['2nd contact', 'x_2nd_contact'],
    ['  ', ''],
  ])('suggests an API name for %j', (label, name) => {
    expect(suggestName(label)).toBe(name);
  });

  it.each([
    ['Company', 'Companies'],
    ['Box', 'Boxes'],
    ['Deal', 'Deals'],
    ['Key', 'Keys'],
  ])('suggests the plural of %s', (one, many) => expect(suggestPlural(one)).toBe(many));

  it('refuses names of system fields, taken names and malformed ones', () => {
    expect(nameProblem('owner', new Set())).toContain('every object has');
    expect(nameProblem('name', new Set(['name']))).toContain('already used');
    expect(nameProblem('9lives', new Set())).toBeDefined();
    expect(nameProblem('fine_1', new Set())).toBeUndefined();
  });

  it('makes ids that fit the schema', () => expect(newId('field')).toMatch(/^fld_[a-z0-9_]{3,60}$/));
});
