import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRecord } from '../../src/records/write-record.js';
import { field, object, openScene, type Scene } from '../support/scene.js';

const inverse = (name: string) => ({ inverse: { name, label: name } });
const river = object('river');
const riverTitle = field('river', 'title');
const riverLength = field('river', 'length', { type: 'integer' });
const link = field('city', 'river', { type: 'lookup', target: 'river', ...inverse('cities') });
const many = field('city', 'rivers', { type: 'many_to_many', target: 'river', ...inverse('all_cities') });
const own = field('river', 'count', { type: 'rollup', rollup: { relation: 'cities', function: 'count' } });
const formula = field('city', 'far', { type: 'formula', formula: 'river.length + 1' });
const layout = {
  kind: 'layout',
  id: 'lay_city',
  object: 'city',
  name: 'main',
  label: 'Main',
  sections: [{ id: 'main', label: 'Main', fields: [{ field: 'title' }, { field: 'river' }] }],
};
const view = {
  kind: 'view',
  id: 'viw_city',
  object: 'city',
  name: 'all',
  label: 'All',
  type: 'list',
  columns: [{ field: 'title' }, { field: 'river' }],
};
const rule = {
  kind: 'validation',
  id: 'val_city_far',
  object: 'city',
  name: 'far',
  label: 'Far',
  errorWhen: { '>': [{ var: 'river.length' }, 1000] },
  message: 'Too far.',
};
const role = { kind: 'role', id: 'rol_clerk', name: 'clerk', label: 'Clerk' };
const permission = { kind: 'permission', id: 'prm_clerk_river', role: 'clerk', object: 'river', read: 'all' };
const workflow = {
  kind: 'workflow',
  id: 'wfl_city',
  name: 'city',
  label: 'City',
  object: 'city',
  runAs: 'system',
  trigger: { type: 'record', on: ['create'], entry: 'becomes_true', when: { '>': [{ var: 'river.length' }, 5] } },
  nodes: [{ id: 'make', type: 'record.create@1', label: 'Make', input: { object: 'river', set: { title: 'Other' } } }],
  start: 'make',
  edges: [],
  layout: { make: [0, 0] },
};
const app = {
  kind: 'app',
  id: 'app_geo',
  name: 'geo',
  label: 'Geo',
  items: [
    { id: 'cities', object: 'city' },
    { id: 'rivers', object: 'river' },
  ],
};

describe('retiring what others refer to', () => {
  let s: Scene;
  beforeAll(async () => {
    s = await openScene([
      river,
      riverTitle,
      riverLength,
      object('city'),
      field('city', 'title'),
      link,
      many,
      own,
      formula,
      layout,
      view,
      rule,
      role,
      permission,
      workflow,
      app,
    ]);
    const aare = await createRecord(s.context(), 'river', { title: 'Aare', length: 288 });
    await createRecord(s.context(), 'city', { title: 'Bern', river: aare.id });
  });
  afterAll(() => s.close());
  afterEach(() => s.settle());

  /** What is named, as element and place. Documents of packs are named by their file, so the test goes by what they are. */
  const named = ({ issues }: Awaited<ReturnType<Scene['plan']>>) =>
    issues.map(({ file, path, code }) => {
      const source = s.activeModels.current(s.space).model.sources.find((each) => each.file === file)?.document;
      return `${source && 'id' in source ? source.id : (file ?? '')}${path} ${code}`;
    });

  it('an object: all that would break is named at once, with its place and what is to be done first', async () => {
    const planned = await s.plan({ retire: riverTitle }, { retire: riverLength }, { retire: own }, { retire: river });
    expect(named(planned).toSorted()).toEqual([
      'app_geo/items/1/object unknown_object',
      'fld_city_far/formula unknown_field',
      'fld_city_river/target unknown_object',
      'fld_city_rivers/target unknown_object',
      'prm_clerk_river/object unknown_object',
      'val_city_far/errorWhen/>/0/var unknown_field',
      'wfl_city/nodes/0/input/object unknown_object',
      'wfl_city/trigger/when/>/0/var unknown_field',
    ]);
    for (const { message } of planned.issues)
      expect(message).toMatch(/It was there before this change: retire or change what refers to it first\.$/);
    expect([planned.hash, planned.statements]).toEqual([null, []]);
  });

  it('a field: roll-ups, formulas, layouts, views, rules and workflows that read it', async () => {
    const planned = await s.plan({ retire: link });
    expect(named(planned).toSorted()).toEqual([
      'fld_city_far/formula unknown_field',
      'fld_river_count/rollup/relation unknown_relation',
      'lay_city/sections/0/fields/1/field unknown_field',
      'val_city_far/errorWhen/>/0/var unknown_field',
      'viw_city/columns/1/field unknown_field',
      'wfl_city/trigger/when/>/0/var unknown_field',
    ]);
  });

  it('goes through once that is decided, counts what is hidden, and is back with all of it', async () => {
    const former = s.head();
    const gone = [link, many, own, formula, rule, permission, workflow, riverTitle, riverLength, river].map((document) => ({
      retire: document,
    }));
    const planned = await s.plan(
      ...gone,
      { ...layout, sections: [{ id: 'main', label: 'Main', fields: [{ field: 'title' }] }] },
      { ...view, columns: [{ field: 'title' }] },
      { ...app, items: [{ id: 'cities', object: 'city' }] },
    );
    expect(planned.issues).toEqual([]);
    expect(planned.hazards.map(({ code, affected }) => [code, affected.rows]).toSorted()).toEqual([
      ['retire:fld_city_river', 1],
      ['retire:obj_river', 1],
    ]);
    await s.go(planned);
    await s.back(former);
    expect((await s.seen('city', 'far'))['Bern']).toBe('289.00');
  });
});
