import type { Scope } from '@fieldstone/metadata/language/parse-condition.js';
import { fieldType } from '../../src/fields/registry.js';
import type { ActiveModel } from '../../src/model/active.js';
import type { FieldModel, Model, ObjectModel } from '../../src/model/types.js';
import { ruleScope } from '../../src/rules/condition-scope.js';

type Spec = Omit<FieldModel['options'], 'type'> & { type: FieldModel['type'] };

const COLOURS = ['red', 'green', 'blue'].map((value) => ({ value, label: value }));

/** Objects that between them have a field of every type, links of two hops, and a relation. */
const OBJECTS: Readonly<Record<string, Readonly<Record<string, Spec>>>> = {
  thing: {
    id: { type: 'id' },
    name: { type: 'text' },
    note: { type: 'long_text' },
    essay: { type: 'rich_text' },
    quantity: { type: 'integer' },
    ratio: { type: 'decimal', precision: 38, scale: 10 },
    price: { type: 'currency' },
    share: { type: 'percent', scale: 3 },
    flag: { type: 'boolean' },
    day: { type: 'date' },
    hour: { type: 'time' },
    spent: { type: 'duration' },
    grade: { type: 'score' },
    stars: { type: 'rating', max: '10' },
    home: { type: 'address' },
    spot: { type: 'geo_point' },
    data: { type: 'json' },
    words: { type: 'tags' },
    moment: { type: 'datetime' },
    mail: { type: 'email' },
    colour: { type: 'picklist', options: COLOURS },
    colours: { type: 'multi_picklist', options: COLOURS },
    box: { type: 'lookup', target: 'box' },
    about: { type: 'polymorphic', targets: ['box', 'part'], targetIds: { box: 'obj_box', part: 'obj_part' } },
    boxes: { type: 'many_to_many', targets: ['box'] },
    owner: { type: 'user' },
    number: { type: 'autonumber', format: 'T-{000}/x' },
    version: { type: 'version' },
    deleted_at: { type: 'datetime' },
  },
  box: {
    id: { type: 'id' },
    name: { type: 'text' },
    colour: { type: 'picklist', options: COLOURS },
    essay: { type: 'rich_text' },
    size: { type: 'integer' },
    ratio: { type: 'decimal', precision: 38, scale: 10 },
    day: { type: 'date' },
    hour: { type: 'time' },
    spent: { type: 'duration' },
    home: { type: 'address' },
    moment: { type: 'datetime' },
    parent: { type: 'lookup', target: 'box' },
    owner: { type: 'user' },
  },
  part: {
    id: { type: 'id' },
    name: { type: 'text' },
    quantity: { type: 'integer' },
    ratio: { type: 'decimal', precision: 38, scale: 10 },
    day: { type: 'date' },
    colour: { type: 'picklist', options: COLOURS },
    thing: { type: 'lookup', target: 'thing' },
    box: { type: 'lookup', target: 'box' },
    deleted_at: { type: 'datetime' },
  },
  user: { id: { type: 'id' }, name: { type: 'text' } },
};

const fieldOf = (object: string, name: string, { type, ...options }: Spec): FieldModel => ({
  id: `${object}_${name}`,
  object,
  name,
  label: name,
  type,
  system: type === 'id' || type === 'version' || name === 'deleted_at',
  required: false,
  unique: false,
  indexed: false,
  searchable: false,
  tracked: false,
  options,
  ...(options.targets === undefined ? {} : { targets: options.targets }),
  ...(type === 'user' ? { target: 'user' } : options.target === undefined ? {} : { target: options.target }),
});

const objects = new Map<string, ObjectModel>(
  Object.entries(OBJECTS).map(([name, specs]) => [
    name,
    {
      id: `obj_${name}`,
      name,
      label: name,
      pluralLabel: `${name}s`,
      icon: 'box',
      nameField: 'name',
      trackHistory: false,
      indexes: [],
      system: name === 'user',
      fields: new Map(Object.entries(specs).map(([field, spec]) => [field, fieldOf(name, field, spec)])),
      relations: new Map(name === 'thing' ? [['parts', { name: 'parts', label: 'Parts', object: 'part', field: 'thing' }]] : []),
      validations: [],
      recordTypes: [],
      triggers: [],
      actions: new Map(),
      layouts: [],
      views: [],
    },
  ]),
);

export const model: Model = {
  hash: 'expression-world',
  packs: [],
  objects,
  roles: new Map(),
  apps: [],
  workflows: new Map(),
  templates: new Map(),
  translations: new Map(),
  sources: [],
};

/** Columns are named so that no API name is also a column name, and one needs its quotes. */
const columnOf = (field: FieldModel): string => (field.system ? field.name : `${field.name} "${field.object}"`);

export const active: ActiveModel = {
  space: 1,
  revision: 1,
  model,
  bindings: {
    dataSchema: 'sp1',
    viewSchema: 'sp1_v',
    tables: new Map([...objects.values()].map(({ id, name }) => [id, `${name}_1`])),
    objectNumbers: new Map(),
    columns: new Map(
      [...objects.values()].flatMap(({ fields }) =>
        [...fields.values()].map((field) => [
          field.id,
          { column: columnOf(field), pgType: fieldType(field.type).columns(field.options)[0]?.pgType ?? '' },
        ]),
      ),
    ),
  },
};

/** Physical columns of a field. */
export const columnsOf = (field: FieldModel): { name: string; pgType: string }[] =>
  fieldType(field.type)
    .columns(field.options)
    .map(({ suffix, pgType }) => ({ name: columnOf(field) + suffix, pgType }));

export const fieldsOf = (object: string): FieldModel[] => [...(objects.get(object)?.fields.values() ?? [])];

export const thingScope: Scope = ruleScope(model, 'thing', new Set(['previous', 'outer', 'user', 'changed']), 'box');
