import { AppError, malformed, notFound } from '../kernel/errors.js';
import type { Method, Route } from './route.js';
import { told } from '../texts/told.js';

/** Shape: `pattern` is the path of the route with the base: "/api/v1/records/{object}". */
export type Match = { readonly route: Route; readonly pattern: string; readonly params: Readonly<Record<string, string>> };
export type Router = { readonly routes: readonly Route[]; match(method: string, path: string): Match };

type Node = { literals: Map<string, Node>; parameter: Node | undefined; byMethod: Map<Method, Entry> };
type Entry = { readonly route: Route; readonly pattern: string; readonly names: readonly string[] };

const newNode = (): Node => ({ literals: new Map(), parameter: undefined, byMethod: new Map() });
const KINDS: ReadonlySet<string> = new Set(['public', 'signed-in', 'capability']);

/**
 * A table of routes by segment. Exact and case-sensitive: another spelling of a path (`//`, a trailing `/`, `%2f`) is another path, so no policy
 * can be walked around by writing the path differently.
 *
 * Shape:  `base` is put before every path: "/api/v1". A literal segment wins over a parameter.
 * Errors: a plain Error at start for a route without a policy or without what it takes and gives, and for two routes on one place.
 */
export function createRouter(base: string, routes: readonly Route[]): Router {
  const root = newNode();
  for (const route of routes) add(root, base, route);
  return {
    routes,
    match(method, path) {
      const found = walk(root, path.split('/'), 1, []);
      if (found === undefined) throw notFound(told('call.no_address'));
      const entry = found.node.byMethod.get((method === 'HEAD' ? 'GET' : method) as Method);
      if (entry === undefined) {
        const allow = [...found.node.byMethod.keys()].join(', ');
        throw new AppError('method_not_allowed', told('call.methods', { methods: allow }), { extra: { allow } });
      }
      const params: Record<string, string> = {};
      for (let index = 0; index < entry.names.length; index += 1) params[entry.names[index] ?? ''] = decode(found.values[index] ?? '');
      return { route: entry.route, pattern: entry.pattern, params };
    },
  };
}

function add(root: Node, base: string, route: Route): void {
  const place = `${route.method} ${base}${route.path}`;
  if (!KINDS.has((route.policy as { kind?: string } | undefined)?.kind ?? '')) throw new Error(`${place} does not say who may call it`);
  checkExchange(route, place);
  const names: string[] = [];
  let node = root;
  for (const segment of `${base}${route.path}`.split('/').slice(1)) {
    if (segment.startsWith('{') && segment.endsWith('}')) {
      names.push(segment.slice(1, -1));
      node = node.parameter ??= newNode();
    } else {
      let next = node.literals.get(segment);
      if (next === undefined) node.literals.set(segment, (next = newNode()));
      node = next;
    }
  }
  if (node.byMethod.has(route.method)) throw new Error(`${place} is declared twice`);
  node.byMethod.set(route.method, { route, pattern: base + route.path, names });
}

const SENDS: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** Whoever calls it has to know what to send and what comes back. */
function checkExchange({ exchange, method }: Route, place: string): void {
  const said = typeof exchange === 'function' ? exchange('object') : (exchange as Route['exchange'] | undefined);
  if (typeof said !== 'object' || Object.keys(said.answers).length === 0) throw new Error(`${place} does not say what it answers`);
  if (SENDS.has(method) && said.body === undefined) throw new Error(`${place} does not say what it takes`);
}

function walk(
  node: Node,
  segments: readonly string[],
  at: number,
  values: readonly string[],
): { node: Node; values: readonly string[] } | undefined {
  const segment = segments[at];
  if (segment === undefined) return node.byMethod.size > 0 ? { node, values } : undefined;
  const literal = node.literals.get(segment);
  const found = literal && walk(literal, segments, at + 1, values);
  if (found !== undefined) return found;
  return segment !== '' && node.parameter ? walk(node.parameter, segments, at + 1, [...values, segment]) : undefined;
}

function decode(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw malformed(told('call.bad_address'));
  }
}
