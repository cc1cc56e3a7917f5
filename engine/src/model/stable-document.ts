import { createRequire } from 'node:module';
import type { PackFileDocument } from './pack-content.js';

const load = createRequire(import.meta.url);
const orders = new Map<string, readonly string[]>();

function orderOf(kind: string): readonly string[] {
  const known = orders.get(kind);
  if (known) return known;
  const { properties } = load(`@fieldstone/metadata/schema/${kind}.schema.json`) as { properties: Record<string, unknown> };
  const order = Object.keys(properties);
  orders.set(kind, order);
  return order;
}

/** A document with its properties in the order of their schema and those within them by name: the same bytes for the same meaning. */
export function stableDocument<Document extends PackFileDocument>(document: Document): Document {
  const order = orderOf(document.kind);
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const entries = Object.entries(document).sort(([a], [b]) => place(a) - place(b));
  // The same document in another order.
  return Object.fromEntries(entries.map(([name, value]) => [name, byName(value)])) as Document;
}

/** JSON with the properties of every object by name. */
export function byName<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(byName) as Value;
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, byName(item)])) as Value;
}
