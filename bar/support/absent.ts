import type { Exchange } from '../../engine/src/app/leaks/caller.js';

/** Header names that say when and which, not what. */
const VOLATILE: ReadonlySet<string> = new Set(['date', 'x-request-id', 'keep-alive', 'connection', 'content-length']);

/** An answer without what differs between two calls of the same: its number and the time. `names` stand for each other. */
export function shapeOf({ status, headers, text }: Exchange, ...names: readonly string[]): string {
  const known = names.reduce((all, name) => all.replaceAll(name, '§').replaceAll(encodeURIComponent(name), '§'), text);
  const body = known.replaceAll(/"requestId":"[^"]*"/g, '"requestId":""');
  const kept = [...headers]
    .filter(([name]) => !VOLATILE.has(name))
    .map(([name, value]) => `${name}: ${names.reduce((all, each) => all.replaceAll(each, '§'), value)}`);
  return JSON.stringify([status, kept.sort(), body]);
}
