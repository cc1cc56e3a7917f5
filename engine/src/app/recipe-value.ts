/** How a recipe makes one value; metadata/schema/recipe.schema.json says what each form means. */
type Range = { readonly min: number; readonly max: number; readonly step?: number; readonly skew?: number };
type Days = { readonly from: number; readonly to: number };
export type ValueRecipe =
  | string
  | number
  | boolean
  | null
  | { readonly pick: readonly ValueRecipe[] }
  | { readonly weighted: Readonly<Record<string, number>> }
  | { readonly some: readonly string[]; readonly chance: number }
  | { readonly text: string }
  | { readonly integer: Range }
  | { readonly decimal: Range }
  | { readonly money: Range & { readonly currency: string } }
  | { readonly date: Days }
  | { readonly instant: Days & { readonly hours?: readonly [number, number] } }
  | {
      readonly ref: string;
      readonly keys?: Readonly<Record<string, number>>;
      readonly where?: Readonly<Record<string, string>>;
      readonly skew?: number;
    }
  | { readonly user: string }
  | { readonly path: string }
  | { readonly map: string; readonly to: Readonly<Record<string, unknown>> }
  | { readonly maybe: number; readonly value: ValueRecipe }
  | { readonly parts: Readonly<Record<string, ValueRecipe>> }
  | { readonly link: Extract<ValueRecipe, { ref: string }> }
  | { readonly list: readonly ValueRecipe[] }
  | {
      readonly if: { readonly path: string; readonly in: readonly unknown[] };
      readonly then: ValueRecipe;
      readonly else?: ValueRecipe;
    };

/** A record that can be referred to: made by a data file or by a recipe. Values are as in the API, lookups as ids. */
export type KnownRecord = { readonly key: string; readonly id: string; readonly values: Readonly<Record<string, unknown>> };

/** What a value may depend on. `number` counts the records of the recipe from 1; `today` is midnight UTC. */
export type RecipeScope = {
  readonly number: number;
  readonly values: Readonly<Record<string, unknown>>;
  readonly random: () => number;
  readonly today: Date;
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** Ids of the people with a role. */
  usersWith(role: string): readonly string[];
  recordsOf(object: string): readonly KnownRecord[];
  recordById(id: string): KnownRecord | undefined;
  /** Records whose field holds a value; indexed, because it is asked once per record made. */
  recordsWhere(object: string, field: string, value: unknown): readonly KnownRecord[];
};

const DAY_MS = 86_400_000;
const isObject = (value: unknown): value is object => value !== null && typeof value === 'object';

function chosen<T>(choices: readonly T[], random: () => number, skew = 1): T | undefined {
  return choices[Math.floor(random() ** skew * choices.length)];
}

function weighted(weights: Readonly<Record<string, number>>, random: () => number): string {
  const entries = Object.entries(weights);
  let left = random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [text, weight] of entries) {
    left -= weight;
    if (left < 0) return text;
  }
  return entries.at(-1)?.[0] ?? '';
}

/** A decimal string on the grid that min and step span; exact, because it counts steps in whole numbers. */
function decimal({ min, max, step = 1, skew = 1 }: Range, random: () => number): string {
  const digits = Math.max(...[min, step].map((n) => `${n}`.split('.')[1]?.length ?? 0));
  const steps = Math.floor((max - min) / step + 1e-9);
  const unit = 10 ** digits;
  const scaled = Math.round(min * unit) + Math.floor(random() ** skew * (steps + 1)) * Math.round(step * unit);
  return (scaled / unit).toFixed(digits);
}

const slug = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** A link to any of several objects is read as its id. */
const idOf = (value: unknown): unknown => (isObject(value) && 'id' in value ? value.id : value);

/** The parts of a value, without those that are none. */
function partsOf(recipes: Readonly<Record<string, ValueRecipe>>, scope: RecipeScope): unknown {
  const parts: Record<string, unknown> = {};
  for (const [name, recipe] of Object.entries(recipes)) {
    const value = makeValue(recipe, { ...scope, values: { ...scope.values, ...parts } });
    if (value !== null && value !== undefined) parts[name] = value;
  }
  return Object.keys(parts).length > 0 ? parts : null;
}

function linkTo(recipe: Extract<ValueRecipe, { ref: string }>, scope: RecipeScope): unknown {
  const id = reference(recipe, scope);
  return id === null ? null : { object: recipe.ref, id };
}

function listOf(recipes: readonly ValueRecipe[], scope: RecipeScope): unknown {
  const list = recipes.map((recipe) => makeValue(recipe, scope)).filter((value) => value !== null && value !== undefined);
  return list.length > 0 ? list : null;
}

function readPath(path: string, scope: RecipeScope): unknown {
  const [first = '', ...rest] = path.split('.');
  let value = scope.values[first];
  for (const step of rest) {
    const id = idOf(value);
    if (typeof id !== 'string') return undefined;
    value = scope.recordById(id)?.values[step];
  }
  return idOf(value);
}

function fillText(template: string, scope: RecipeScope): string {
  return template.replace(/\{([^{}|]+)(\|slug)?\}/g, (_all, place: string, filter: string | undefined) => {
    const range = /^(\d+)-(\d+)$/.exec(place);
    let word: string;
    if (place === '#') word = String(scope.number);
    else if (place.startsWith('.')) word = String(readPath(place.slice(1), scope) ?? '');
    else if (range) word = decimal({ min: Number(range[1]), max: Number(range[2]) }, scope.random);
    else {
      const words = scope.lists.get(place);
      if (!words) throw new Error(`recipe text "${template}" names an unknown word list "${place}"`);
      word = chosen(words, scope.random) ?? '';
    }
    return filter ? slug(word) : word;
  });
}

function day({ from, to }: Days, scope: RecipeScope): Date {
  return new Date(scope.today.getTime() + (from + Math.floor(scope.random() * (to - from + 1))) * DAY_MS);
}

function reference(recipe: Extract<ValueRecipe, { ref: string }>, scope: RecipeScope): string | null {
  let candidates = scope.recordsOf(recipe.ref);
  if (recipe.keys) {
    const key = weighted(recipe.keys, scope.random);
    const found = candidates.find((candidate) => candidate.key === key);
    if (!found) throw new Error(`recipe refers to the unknown record ${recipe.ref}:${key}`);
    return found.id;
  }
  for (const [index, [field, path]] of Object.entries(recipe.where ?? {}).entries()) {
    const wanted = readPath(path, scope);
    candidates =
      index === 0 ? scope.recordsWhere(recipe.ref, field, wanted) : candidates.filter((candidate) => candidate.values[field] === wanted);
  }
  return chosen(candidates, scope.random, recipe.skew)?.id ?? null;
}

/** Makes one value. Null and undefined mean: leave the field out. */
export function makeValue(recipe: ValueRecipe, scope: RecipeScope): unknown {
  if (!isObject(recipe)) return recipe;
  const { random } = scope;
  if ('pick' in recipe) return makeValue(chosen(recipe.pick, random) ?? null, scope);
  if ('weighted' in recipe) return weighted(recipe.weighted, random);
  if ('some' in recipe) {
    const picked = recipe.some.filter(() => random() < recipe.chance);
    return picked.length > 0 ? picked : null;
  }
  if ('text' in recipe) return fillText(recipe.text, scope);
  if ('integer' in recipe) return Number(decimal(recipe.integer, random));
  if ('decimal' in recipe) return decimal(recipe.decimal, random);
  if ('money' in recipe) return { amount: decimal(recipe.money, random), currency: recipe.money.currency };
  if ('date' in recipe) return day(recipe.date, scope).toISOString().slice(0, 10);
  if ('instant' in recipe) {
    const [first, last] = recipe.instant.hours ?? [0, 23];
    const minutes = first * 60 + Math.floor(random() * (last - first + 1) * 12) * 5;
    return new Date(day(recipe.instant, scope).getTime() + minutes * 60_000).toISOString();
  }
  if ('ref' in recipe) return reference(recipe, scope);
  if ('parts' in recipe) return partsOf(recipe.parts, scope);
  if ('link' in recipe) return linkTo(recipe.link, scope);
  if ('list' in recipe) return listOf(recipe.list, scope);
  if ('user' in recipe) return chosen(scope.usersWith(recipe.user), random) ?? null;
  if ('path' in recipe) return readPath(recipe.path, scope);
  if ('map' in recipe) return recipe.to[String(readPath(recipe.map, scope))];
  if ('maybe' in recipe) return random() < recipe.maybe ? makeValue(recipe.value, scope) : null;
  return makeValue(recipe.if.in.includes(readPath(recipe.if.path, scope)) ? recipe.then : (recipe.else ?? null), scope);
}
