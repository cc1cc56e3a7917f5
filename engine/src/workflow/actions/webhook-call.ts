import type { Clock } from '../../kernel/clock.js';
import type { ExternalAction } from '../node-action.js';
import { StepFailure } from '../step-failure.js';
import { sendRequest } from './outbound-http.js';
import { signatureHeaders } from './signature.js';

/** `secret` signs; `allow` are internal targets the operator trusts. */
export type WebhookConfig = { readonly secret: string; readonly allow: readonly string[] };

type Prepared = {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

const MAX_BYTES = 1_048_576;
/** What of an answer is kept in the run. */
const MAX_KEPT = 16_384;
const RESERVED = /^(host|content-length|transfer-encoding|connection|upgrade|te|trailer|expect|proxy-.*|webhook-.*|cookie)$/i;
/** Answers that say "later", besides the 5xx. */
const PASSING = new Set([408, 425, 429]);

export const webhookCall = (config: WebhookConfig, clock: Clock): ExternalAction => ({
  type: 'webhook.call@1',

  async prepare(node, { values }): Promise<Prepared> {
    const input = (await values.resolve(node.input)) as {
      url: unknown;
      method?: string;
      headers?: Record<string, unknown>;
      body?: unknown;
    };
    const method = input.method ?? 'POST';
    if (typeof input.url !== 'string' || input.url === '') throw new StepFailure('invalid_input', 'The address of the webhook is empty.');
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(input.headers ?? {})) {
      const text = value === null ? '' : String(value);
      if (RESERVED.test(name)) throw new StepFailure('invalid_input', `The header ${name} is set by the platform.`);
      // eslint-disable-next-line no-control-regex -- exactly these would end or forge a header
      if (/[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/.test(text))
        throw new StepFailure('invalid_input', `The header ${name} holds a line break or a sign it cannot carry.`);
      headers[name.toLowerCase()] = text;
    }
    const hasBody = method !== 'GET' && input.body !== undefined;
    const body = !hasBody ? null : typeof input.body === 'string' ? input.body : JSON.stringify(input.body);
    if (body !== null && Buffer.byteLength(body) > MAX_BYTES) throw new StepFailure('invalid_input', 'The body is larger than 1 MiB.');
    if (body !== null) headers['content-type'] ??= typeof input.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
    return { url: input.url, method, headers, body };
  },

  async call(input, { key, timeoutMs, signal }) {
    const { url, method, headers, body } = input as Prepared;
    const signed = {
      'user-agent': 'Fieldstone',
      accept: '*/*',
      ...headers,
      ...signatureHeaders(config.secret, key, clock.now(), body ?? ''),
    };
    const response = await sendRequest(
      { url, method, headers: signed, body },
      { allow: config.allow, timeoutMs, maxBytes: MAX_BYTES, signal },
    );
    if (response.status >= 200 && response.status < 300)
      return { status: response.status, body: keep(response.body, response.headers['content-type']) };
    if (response.status >= 300 && response.status < 400)
      throw new StepFailure('redirected', 'The receiver answered with a redirect, which is not followed.');
    const isPassing = response.status >= 500 || PASSING.has(response.status);
    throw new StepFailure(`http_${response.status}`, `The receiver answered ${response.status}.`, {
      retryable: isPassing,
      retryAfterMs: isPassing ? retryAfterMs(response.headers['retry-after'], clock.now()) : undefined,
    });
  },
});

/** Units: milliseconds. The header gives seconds or a date. */
function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}

function keep(body: string, contentType: string | undefined): unknown {
  if (body.length > MAX_KEPT) return body.slice(0, MAX_KEPT);
  if (!contentType?.includes('json')) return body.replaceAll('\u0000', '');
  try {
    return JSON.parse(body.replaceAll('\\u0000', '')) as unknown;
  } catch {
    return body.replaceAll('\u0000', '');
  }
}
