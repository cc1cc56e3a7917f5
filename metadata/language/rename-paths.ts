/**
 * What a rename makes of names, and how paths are followed meanwhile: always by the names from before.
 */
export type Names = {
  field(object: string, name: string): string;
  object(name: string): string;
  /** Object a link field points to. */
  target(object: string, field: string): string | undefined;
  /** Object of the records behind a relation. */
  related(object: string, relation: string): string | undefined;
  /** The object whose fields a template names, by the id of the template. */
  ofTemplate(id: string): string | undefined;
};

/** Objects that the roots of a condition stand for. */
export type Roots = { readonly record: string; readonly outer?: string };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A dotted path from an object. What leads nowhere (such as the "label" of a link) stays as it is. */
export function renamePath(names: Names, object: string | undefined, dotted: string): string {
  let at = object;
  return dotted
    .split('.')
    .map((step) => {
      const from = at;
      at = from === undefined ? undefined : names.target(from, step);
      return from === undefined ? step : names.field(from, step);
    })
    .join('.');
}

function renameVar(names: Names, { record, outer }: Roots, text: string): string {
  const [root = '', ...rest] = text.split('.');
  const dotted = rest.join('.');
  if (root === '$previous') return `$previous.${renamePath(names, record, dotted)}`;
  if (root === '$record') return `$record.${renamePath(names, outer, dotted)}`;
  return root.startsWith('$') ? text : renamePath(names, record, text);
}

/** A condition or expression, whole. It need not be well formed: what is not understood is copied. */
export function renameCondition<Json>(names: Names, roots: Roots, json: Json): Json {
  return walk(names, roots, json, 0) as Json;
}

/** Deeper than any condition that is accepted. */
const TOO_DEEP = 100;

function walk(names: Names, roots: Roots, json: unknown, depth: number): unknown {
  if (depth > TOO_DEEP) return json;
  if (Array.isArray(json)) return json.map((item) => walk(names, roots, item, depth + 1));
  if (!isObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([operator, args]): [string, unknown] => {
      if (operator === 'var') return [operator, typeof args === 'string' ? renameVar(names, roots, args) : args];
      if (operator === 'is_a' && Array.isArray(args)) return [operator, renameIsA(names, roots, args, depth)];
      if (operator === 'changed') return [operator, renameAll(names, roots.record, args)];
      if ((operator === 'any' || operator === 'all' || operator === 'none') && Array.isArray(args)) {
        return [operator, renameRelated(names, roots, args, depth)];
      }
      if (AGGREGATES.has(operator) && Array.isArray(args)) return [operator, renameAggregate(names, roots, operator, args, depth)];
      return [operator, walk(names, roots, args, depth + 1)];
    }),
  );
}

const renameAll = (names: Names, object: string, args: unknown): unknown => {
  if (Array.isArray(args)) return args.map((arg) => renameAll(names, object, arg));
  return typeof args === 'string' ? names.field(object, args) : args;
};

/** A link to one of several objects, and the names of some of them. */
function renameIsA(names: Names, roots: Roots, [field, objects]: readonly unknown[], depth: number): unknown[] {
  const object = (name: unknown): unknown => (typeof name === 'string' ? names.object(name) : name);
  return [walk(names, roots, field, depth + 1), Array.isArray(objects) ? objects.map(object) : object(objects)];
}

function renameRelated(names: Names, roots: Roots, args: readonly unknown[], depth: number): unknown[] {
  const [first, where, ...rest] = args;
  const relation = isObject(first) ? first['var'] : first;
  const from = typeof relation === 'string' ? names.related(roots.record, relation) : undefined;
  // A field that links to many is a relation by its own name.
  const renamed = (name: unknown) => (typeof name === 'string' ? names.field(roots.record, name) : name);
  const there = isObject(first) ? { ...first, var: renamed(first['var']) } : renamed(first);
  if (args.length < 2) return args.length === 0 ? [] : [there];
  return [there, from === undefined ? where : walk(names, { ...roots, record: from }, where, depth + 1), ...rest];
}

const AGGREGATES: ReadonlySet<string> = new Set(['count', 'sum', 'min', 'max', 'avg']);

/** Relation, then a field of its records except for `count`, then a condition about them. */
function renameAggregate(names: Names, roots: Roots, operator: string, args: readonly unknown[], depth: number): unknown[] {
  if (operator === 'count') return renameRelated(names, roots, args, depth);
  const [first, field, ...where] = args;
  const [relation, ...renamed] = renameRelated(names, roots, [first, ...where], depth);
  const name = isObject(first) ? first['var'] : first;
  const from = typeof name === 'string' ? names.related(roots.record, name) : undefined;
  const path =
    typeof field === 'string' ? renamePath(names, from, field) : walk(names, { ...roots, record: from ?? roots.record }, field, depth + 1);
  return [relation, path, ...(where.length > 0 ? renamed : [])];
}

/** Roots of a template and of {"$var": ...} that stand for the record a workflow or mail is about. */
const PATH = /(?<![\w.$"'])((?:@root\.|(?:\.\.\/)+)?(?:record|trigger\.new|trigger\.old)\.)([a-z0-9_]+(?:\.[a-z0-9_]+)*)/g;

/** Paths in a text that is a path as a whole: "record.owner", "trigger.new.stage". */
export const renameValuePath = (names: Names, object: string | undefined, text: string): string =>
  text.replace(PATH, (_all, root: string, dotted: string) => root + renamePath(names, object, dotted));

/** Paths inside the {{...}} of a template; texts in quotes stay as they are. */
export const renameTemplate = (names: Names, object: string | undefined, text: string): string =>
  text.replace(/\{\{(?:[^{}"']|"[^"]*"|'[^']*')*\}\}/g, (hole) =>
    hole
      .split(/("[^"]*"|'[^']*')/)
      .map((part, index) => (index % 2 === 1 ? part : renameValuePath(names, object, part)))
      .join(''),
  );

/** Values of a workflow's input: literals with {"$var"}, {"$expr"} and {"$template"} in them. */
export function renameValues(names: Names, object: string, json: unknown): unknown {
  if (Array.isArray(json)) return json.map((item) => renameValues(names, object, item));
  if (!isObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]): [string, unknown] => {
      if (key === '$var' && typeof value === 'string') return [key, renameValuePath(names, object, value)];
      if (key === '$template' && typeof value === 'string') return [key, renameTemplate(names, object, value)];
      if (key === '$expr') return [key, renameCondition(names, { record: object }, value)];
      return [key, renameValues(names, object, value)];
    }),
  );
}
