import { LIMITS } from '../../model/limits.js';
import { STYLE } from './api-style.js';
import { SCRIPT } from './api-script.js';

type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly security: readonly unknown[];
  readonly tags?: readonly string[];
};
export type Description = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly title?: string }>> };
};

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const ERRORS: readonly (readonly [string, string])[] = [
  ['400', 'malformed: the call itself can not be understood'],
  ['401', 'unauthenticated: sign in, or send a key'],
  ['403', 'forbidden: it is not yours to do'],
  ['404', 'not_found: there is none, or you may not see it'],
  ['409', 'version_conflict, duplicate, conflict, plan_stale: somebody was there before'],
  ['412', 'precondition_failed: If-Match names no version'],
  ['413', `payload_too_large: over ${LIMITS.answer_bytes.max.toLocaleString('en')} bytes, or what the operation takes`],
  ['422', 'record_invalid, metadata_invalid, limit_exceeded: understood, and not right; every problem is under issues'],
  ['429', 'rate_limited, share_exceeded: wait as Retry-After says'],
  ['507', 'quota_exceeded: your organisation has as much as it may have'],
  ['503', 'overloaded: try again as Retry-After says'],
];

/**
 * The description of the API as a page: every operation of whoever reads it. Read without the script it is a list; with it, an operation opens to what it
 * takes, answers and looks like, and can be tried.
 *
 * Shape:  nothing comes from elsewhere: style and script are on the page, under the nonce of its policy.
 */
export function apiPage({ paths, components }: Description, base: string, nonce: string, isSignedIn: boolean): string {
  const groups = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const group = operation.tags?.[0] ?? path.split('/')[1] ?? '';
      groups.set(group, [...(groups.get(group) ?? []), entry(base, path, method, operation)]);
    }
  }
  const titleOf = (group: string) => escape(components.schemas[group]?.title ?? group);
  const sections = [...groups].map(
    ([group, entries]) =>
      `<section id="${escape(group)}" aria-labelledby="h-${escape(group)}"><h2 id="h-${escape(group)}">${titleOf(group)}</h2>${entries.join('')}</section>`,
  );
  const contents = [...groups.keys()].map((group) => `<li><a href="#${escape(group)}">${titleOf(group)}</a></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API – Fieldstone</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${STYLE}</style>
</head>
<body data-base="${escape(base)}"${isSignedIn ? ' data-signed-in' : ''}>
<a class="skip" href="#operations">Skip to the operations</a>
<header>
<h1>API</h1>
<p>JSON in and out, below <code>${escape(base)}</code>. Sign in with <code>POST ${escape(base)}/auth/login</code>, or send
<code>Authorization: Bearer &lt;key&gt;</code>. Unsafe calls take an <code>Idempotency-Key</code>. For programs:
<a href="${escape(base)}/openapi.json">OpenAPI 3.1</a>.</p>
${isSignedIn ? '' : '<p><strong>Sign in to see the objects and fields you may use, and to try them.</strong></p>'}
<details><summary>Errors</summary>
<p>Problem details (RFC 9457) with a stable <code>code</code>, and every problem of the call under <code>issues</code>, each with a JSON Pointer.</p>
<table><thead><tr><th scope="col">Status</th><th scope="col">Code</th></tr></thead><tbody>${ERRORS.map(([status, text]) => `<tr><td><code>${status}</code></td><td>${escape(text)}</td></tr>`).join('')}</tbody></table></details>
<div class="search" role="search"><label for="search">Search operations</label><input id="search" type="search" autocomplete="off"><span id="found" role="status"></span></div>
</header>
<nav aria-label="Contents"><ul>${contents.join('')}</ul></nav>
<main id="operations" tabindex="-1">
${sections.join('\n')}
</main>
<script nonce="${nonce}">${SCRIPT}</script>
</body>
</html>
`;
}

function entry(base: string, path: string, method: string, { operationId, summary, security }: Operation): string {
  const open = security.length === 0 ? ' <em>(open)</em>' : '';
  return `<details class="op" id="${escape(operationId)}" data-method="${method}" data-path="${escape(path)}"><summary><code class="m ${method}">${method.toUpperCase()}</code> <code class="p">${escape(base + path)}</code> <span>${escape(summary)}${open}</span></summary><div class="body"></div></details>`;
}
