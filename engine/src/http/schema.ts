/**
 * JSON Schemas of the API, each with the TypeScript type of its values: a schema that says something else than the type it is given for does
 * not compile.
 *
 * Shape:  `Valued` exists for the compiler only. It is a function of the type and back, so that neither side may be wider than the other.
 * Source: JSON Schema 2020-12, as OpenAPI 3.1 uses it.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- of values of any type, when it is not said
export type Schema<Value = any> = {
  readonly [keyword: string]: unknown;
  readonly [definition]?: readonly [string, Schema];
} & Valued<Value>;
declare const valued: unique symbol;
type Valued<Value> = { readonly [valued]?: (value: Value) => Value };
/** Where a reference keeps what it refers to; a symbol is no part of the JSON. */
const definition: unique symbol = Symbol('definition');

/** The type of the values of a schema. */
export type Of<Any> = Any extends Valued<infer Value> ? Value : never;

/** A schema written by hand, for a type that says more than it does. */
export const make = <Value>(json: { readonly [keyword: string | symbol]: unknown }): Schema<Value> => json as Schema<Value>;

export const text = make<string>({ type: 'string' });
export const whole = make<number>({ type: 'integer' });
export const truth = make<boolean>({ type: 'boolean' });
export const anything = make<unknown>({});
export const uuid = make<string>({ type: 'string', format: 'uuid' });
export const instant = make<string>({ type: 'string', format: 'date-time' });

/** The same schema, explained. */
export const about = <Value>(description: string, schema: Schema<Value>): Schema<Value> => make<Value>({ ...schema, description });

export const only = <const Value extends string | number | boolean>(value: Value): Schema<Value> => make<Value>({ const: value });
export const oneOf = <const Values extends readonly string[]>(...values: Values): Schema<Values[number]> =>
  make<Values[number]>({ enum: values });
export const orNull = <Value>(schema: Schema<Value>): Schema<Value | null> => make<Value | null>({ anyOf: [schema, { type: 'null' }] });
export const list = <Value>(items: Schema<Value>): Schema<Value[]> => make<Value[]>({ type: 'array', items });
/** An object whose names are values. */
export const map = <Value>(values: Schema<Value>): Schema<Record<string, Value>> =>
  make<Record<string, Value>>({ type: 'object', additionalProperties: values });
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- of any types
export const either = <const Schemas extends readonly Schema<any>[]>(...schemas: Schemas): Schema<Of<Schemas[number]>> =>
  make<Of<Schemas[number]>>({ anyOf: schemas });

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a schema of any type may be a property
type Properties = Readonly<Record<string, Schema<any>>>;
type Plain<Type> = { [Name in keyof Type]: Type[Name] };
type ValueOf<P extends Properties> = Plain<
  { -readonly [Name in keyof P as Name extends `${string}?` ? never : Name]: Of<P[Name]> } & {
    -readonly [Name in keyof P as Name extends `${infer Own}?` ? Own : never]?: Of<P[Name]>;
  }
>;

/** An object with these properties and no others. A name with a question mark may be left out: `{ id: text, 'comment?': text }`. */
export function shape<P extends Properties>(properties: P): Schema<ValueOf<P>> {
  const own = (name: string): string => name.replace(/\?$/, '');
  const required = Object.keys(properties).filter((name) => !name.endsWith('?'));
  return make<ValueOf<P>>({
    type: 'object',
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(Object.entries(properties).map(([name, schema]) => [own(name), schema])),
  });
}

/** A schema that stands in the description once, under its name. */
export const named = <Value>(name: string, schema: Schema<Value>): Schema<Value> =>
  make<Value>({ ...refer(name), [definition]: [name, schema] });

/** A schema under its name that is made elsewhere: those of records are made for each caller. */
export const refer = <Value = unknown>(name: string): Schema<Value> => make<Value>({ $ref: `#/components/schemas/${name}` });

/**
 * The named schemas that are met below some values, and those that are met below these.
 *
 * Errors: a plain Error when two schemas have one name.
 */
export function namedIn(value: unknown, found = new Map<string, Schema>()): ReadonlyMap<string, Schema> {
  if (value === null || typeof value !== 'object') return found;
  const [name, schema] = (value as Schema)[definition] ?? [];
  if (name !== undefined && schema !== undefined && found.get(name) !== schema) {
    if (found.has(name)) throw new Error(`there are two schemas called ${name}`);
    found.set(name, schema);
    namedIn(schema, found);
  }
  for (const part of Object.values(value)) namedIn(part, found);
  return found;
}
