import { randomBytes } from 'node:crypto';
import { pageHeaders } from '../middleware/security-headers.js';
import { describeApi } from '../openapi.js';
import { open, type RequestScope, type Route } from '../route.js';
import { bytes, gives } from '../exchange.js';
import { make } from '../schema.js';

/** `routes` gives all routes of the API, this one included. */
export function descriptionRoute(routes: () => readonly Route[], base: string): Route {
  return {
    method: 'GET',
    path: '/openapi.json',
    policy: open,
    summary: 'This API as OpenAPI 3.1, with the objects and fields the caller may use',
    exchange: gives(make({ type: 'object', required: ['openapi', 'info', 'paths', 'components'] })),
    handler: (scope) => ({ value: describeApi(routes(), base, whoOf(scope)) }),
  };
}

const whoOf = (scope: RequestScope) => (scope.caller === undefined ? undefined : { model: scope.active.model, actor: scope.actor });

/** The same for people: a page without a script. */
export function documentationRoute(routes: () => readonly Route[], base: string, isSecure: boolean): Route {
  return {
    method: 'GET',
    path: '/docs/api',
    policy: open,
    summary: 'This API as a page to read',
    exchange: { answers: { 200: bytes('text/html') } },
    handler: (scope) => {
      const nonce = randomBytes(16).toString('base64');
      const headers = Object.fromEntries([...pageHeaders(isSecure, nonce), ['Content-Type', 'text/html; charset=utf-8']]);
      return { text: page(describeApi(routes(), base, whoOf(scope)) as Description, base, nonce, scope.caller !== undefined), headers };
    },
  };
}

type Schema = { properties?: Record<string, Record<string, unknown>>; required?: string[]; title?: string };
type Description = {
  paths: Record<string, Record<string, { summary: string; security: unknown[]; tags?: string[] }>>;
  components: { schemas: Record<string, Schema> };
};

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function page({ paths, components }: Description, base: string, nonce: string, isSignedIn: boolean): string {
  const groups = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { summary, security, tags }] of Object.entries(methods)) {
      const group = tags?.[0] ?? path.split('/')[1] ?? '';
      const row = `<tr><td><code class="m">${method.toUpperCase()}</code></td><td><code>${escape(base + path)}</code></td><td>${escape(summary)}${security.length === 0 ? ' <em>(open)</em>' : ''}</td></tr>`;
      groups.set(group, [...(groups.get(group) ?? []), row]);
    }
  }
  const sections = [...groups].map(([group, rows]) => {
    const schema = components.schemas[group];
    return `<section id="${escape(group)}"><h2>${escape(schema?.title ?? group)}</h2><table>${rows.join('')}</table>${schema === undefined ? '' : fields(group, components.schemas)}</section>`;
  });
  const toc = [...groups.keys()].map((group) => `<a href="#${escape(group)}">${escape(components.schemas[group]?.title ?? group)}</a>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API – Fieldstone</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<h1>API</h1>
<p>JSON in and out. Sign in with <code>POST ${escape(base)}/auth/login</code>, or send <code>Authorization: Bearer &lt;key&gt;</code>.
Errors are problem details with a stable <code>code</code> and every problem under <code>issues</code>. Unsafe calls take an
<code>Idempotency-Key</code>. For programs: <a href="${escape(base)}/openapi.json">OpenAPI 3.1</a>.</p>
${isSignedIn ? '' : '<p><strong>Sign in to see the objects and fields you may use.</strong></p>'}
<nav>${toc.join(' ')}</nav>
${sections.join('\n')}
</body>
</html>
`;
}

function fields(name: string, schemas: Record<string, Schema>): string {
  const create = schemas[`${name}_create`];
  const update = schemas[`${name}_update`];
  const rows = Object.entries(schemas[name]?.properties ?? {}).map(([field, schema]) => {
    const writing = [create?.properties?.[field] && 'create', update?.properties?.[field] && 'update'].filter(Boolean).join(', ');
    const isRequired = create?.required?.includes(field) ?? false;
    return `<tr><td><code>${escape(field)}</code>${isRequired ? ' *' : ''}</td><td>${escape(String(schema['title'] ?? ''))}</td><td>${escape(kind(schema))}</td><td>${writing}</td></tr>`;
  });
  return `<details><summary>Fields</summary><table><tr><th>Name</th><th>Label</th><th>Value</th><th>Writable</th></tr>${rows.join('')}</table></details>`;
}

function kind(schema: Record<string, unknown>): string {
  const inner = (schema['anyOf'] as Record<string, unknown>[] | undefined)?.[0] ?? schema;
  if (Array.isArray(inner['enum'])) return inner['enum'].join(' | ');
  if (inner['type'] === 'object') return `{ ${Object.keys((inner['properties'] ?? {}) as object).join(', ')} }`;
  return [inner['type'], inner['format']].flat().filter(Boolean).join(', ');
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
td, th { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
.m { font-weight: 600; }
`;
