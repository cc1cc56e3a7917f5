import { malformed } from '../../kernel/errors.js';
import { pointer } from '../../kernel/json-pointer.js';
import { told } from '../../texts/told.js';
import type { Route } from '../route.js';

/** What can be sent to a route: parameters by their names, and whether a body is read at all. */
type Taken = { readonly parameters: ReadonlySet<string>; readonly readsBody: boolean };
const known = new WeakMap<Route, Taken>();

function takenBy(route: Route): Taken {
  let taken = known.get(route);
  if (taken === undefined) {
    const { query = {}, body } = typeof route.exchange === 'function' ? route.exchange('object') : route.exchange;
    known.set(route, (taken = { parameters: new Set(Object.keys(query)), readsBody: body !== undefined && body !== null }));
  }
  return taken;
}

/**
 * A call that changes something takes nothing that its route does not describe: what does nothing would be believed to do something.
 *
 * Shape:  parameters of the address, and members of a body where none is read; what a body that is read may hold its route knows best.
 * Errors: malformed, naming every one.
 */
export function checkParameters(route: Route, query: ReadonlyMap<string, string> | undefined, body: unknown): void {
  const { parameters, readsBody } = takenBy(route);
  const unknown = query === undefined ? [] : [...query.keys()].filter((name) => !parameters.has(name));
  if (!readsBody && typeof body === 'object' && body !== null) unknown.push(...Object.keys(body));
  if (unknown.length === 0) return;
  const issues = unknown.map((name) => ({
    path: pointer(name.slice(0, 100)),
    code: 'unknown_parameter',
    ...told('list.unknown_parameter'),
  }));
  throw malformed(told('list.parameters'), issues);
}
