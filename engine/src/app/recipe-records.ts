import { derivedId } from '../kernel/ids.js';
import { makeValue, type KnownRecord, type RecipeScope, type ValueRecipe } from './recipe-value.js';
import { seededRandom } from './seeded-random.js';

/** A recipe file, as metadata/schema/recipe.schema.json says: either `count` or `for`. */
export type Recipe = {
  readonly object: string;
  readonly order: number;
  readonly count?: number;
  readonly for?: { readonly object: string; readonly as: string; readonly count: readonly [number, number] };
  readonly values: Readonly<Record<string, ValueRecipe>>;
};

export type RecordToMake = { readonly object: string; readonly key: string; readonly id: string; readonly values: Record<string, unknown> };

/** Id of a record that a pack ships or makes: the same in every installation. */
export const packRecordId = (pack: string, object: string, key: string): string => derivedId(`${pack}:${object}:${key}`);

/** Records that later ones may refer to, by object, key, id and value. */
export class KnownRecords {
  readonly #byObject = new Map<string, KnownRecord[]>();
  readonly #byId = new Map<string, KnownRecord>();
  readonly #byValue = new Map<string, Map<unknown, KnownRecord[]>>();

  add(object: string, record: KnownRecord): void {
    const list = this.#byObject.get(object) ?? [];
    list.push(record);
    this.#byObject.set(object, list);
    this.#byId.set(record.id, record);
  }

  of(object: string): readonly KnownRecord[] {
    return this.#byObject.get(object) ?? [];
  }

  byId(id: string): KnownRecord | undefined {
    return this.#byId.get(id);
  }

  byKey(object: string, key: string): KnownRecord | undefined {
    return this.of(object).find((record) => record.key === key);
  }

  /** The index of a field is made at the first question: recipes refer to finished objects only, so it can not go stale. */
  where(object: string, field: string, value: unknown): readonly KnownRecord[] {
    const name = `${object}.${field}`;
    let index = this.#byValue.get(name);
    if (!index) {
      index = new Map();
      for (const record of this.of(object)) {
        const same = index.get(record.values[field]);
        if (same) same.push(record);
        else index.set(record.values[field], [record]);
      }
      this.#byValue.set(name, index);
    }
    return index.get(value) ?? [];
  }
}

export type RecipeWorld = {
  readonly pack: string;
  readonly today: Date;
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly known: KnownRecords;
  usersWith(role: string): readonly string[];
};

/** All records of one recipe, in order. They are added to the known records of the world. */
export function makeRecords(recipe: Recipe, world: RecipeWorld): RecordToMake[] {
  const made: RecordToMake[] = [];
  /** What each record starts from: nothing, or the link to the record it is made for. */
  const starts: Record<string, unknown>[] = [];
  if (recipe.for) {
    const { object, as, count } = recipe.for;
    for (const parent of world.known.of(object)) {
      const random = seededRandom(`${world.pack}:${recipe.object}:for:${parent.key}`);
      const times = count[0] + Math.floor(random() * (count[1] - count[0] + 1));
      for (let i = 0; i < times; i++) starts.push({ [as]: parent.id });
    }
  } else {
    for (let i = 0; i < (recipe.count ?? 0); i++) starts.push({});
  }

  for (const [index, start] of starts.entries()) {
    const key = String(index + 1);
    const values: Record<string, unknown> = { ...start };
    for (const [field, value] of Object.entries(recipe.values)) {
      const scope: RecipeScope = {
        number: index + 1,
        values,
        random: seededRandom(`${world.pack}:${recipe.object}:${key}:${field}`),
        today: world.today,
        lists: world.lists,
        usersWith: (role) => world.usersWith(role),
        recordsOf: (object) => world.known.of(object),
        recordById: (id) => world.known.byId(id),
        recordsWhere: (object, name, wanted) => world.known.where(object, name, wanted),
      };
      const result = makeValue(value, scope);
      if (result !== null && result !== undefined) values[field] = result;
    }
    made.push({ object: recipe.object, key, id: packRecordId(world.pack, recipe.object, key), values });
  }
  for (const record of made) world.known.add(recipe.object, record);
  return made;
}
