/** What a node type is, as far as checking a definition needs it: plain data, shared by the publish check, the engine and the studio. */
export type NodeManifest = {
  /** Name and major version. A new meaning of an input is a new major version; both stay. */
  readonly type: string;
  readonly label: string;
  readonly description: string;
  /** none: only decides. db: writes records, exactly once, in the transaction of the run. external: leaves the database. */
  readonly effects: 'none' | 'db' | 'external';
  /** external: what happens when it is not known whether an attempt got through. */
  readonly delivery?: 'at_least_once' | 'at_most_once';
  /** Ports an edge may start from; 'cases': the port of each case, and "else". "error" is added where `effects` is not none. */
  readonly ports: 'ok' | 'cases';
  /** JSON Schema (draft 2020-12) of the input before values are resolved. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly retry: { readonly max: number; readonly baseMs: number; readonly capMs: number };
  readonly timeoutMs: number;
};

const name = { type: 'string', pattern: '^[a-z][a-z0-9_]{0,40}$' };
const dynamic = {
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  properties: {
    $var: { type: 'string', pattern: '^[a-z][A-Za-z0-9_]*(\\.[A-Za-z0-9_]+){0,8}$' },
    $expr: { type: 'object' },
    $template: { type: 'string', maxLength: 100_000 },
  },
};
/** Any value of a field: a literal, one of several members as an object, options as a list, or one worked out when the step runs. */
const fieldValue = {
  anyOf: [
    { type: ['string', 'number', 'boolean', 'null'] },
    { type: 'array', items: { type: 'string' }, maxItems: 200 },
    // Money, an address, a link to one of several objects: each member a literal or worked out.
    {
      type: 'object',
      propertyNames: name,
      minProperties: 1,
      maxProperties: 20,
      additionalProperties: { anyOf: [{ type: ['string', 'number', 'boolean', 'null'] }, dynamic] },
    },
    dynamic,
  ],
};
const text = { anyOf: [{ type: 'string', maxLength: 100_000 }, dynamic] };
const set = { type: 'object', minProperties: 1, maxProperties: 100, propertyNames: name, additionalProperties: fieldValue };

const NO_RETRY = { max: 1, baseMs: 0, capMs: 0 };
/** Database steps meet passing trouble only: a deadlock, a busy row. */
const DATABASE_RETRY = { max: 5, baseMs: 1_000, capMs: 60_000 };

const MANIFESTS: readonly NodeManifest[] = [
  {
    type: 'branch@1',
    label: 'Branch',
    description: 'Goes on from the port of the first case whose condition holds, or from "else".',
    effects: 'none',
    ports: 'cases',
    input: {
      type: 'object',
      additionalProperties: false,
      required: ['cases'],
      properties: {
        cases: {
          type: 'array',
          minItems: 1,
          maxItems: 20,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['port', 'if'],
            properties: {
              port: { type: 'string', pattern: '^[a-z][A-Za-z0-9_]{0,30}$', not: { enum: ['else', 'error'] } },
              label: { type: 'string', maxLength: 120 },
              if: { type: 'object' },
            },
          },
        },
      },
    },
    retry: NO_RETRY,
    timeoutMs: 5_000,
  },
  {
    type: 'record.update@1',
    label: 'Update a record',
    description: 'Changes fields of one record, by the same rules as any other write.',
    effects: 'db',
    ports: 'ok',
    input: {
      type: 'object',
      additionalProperties: false,
      required: ['set'],
      properties: { object: name, recordId: { anyOf: [{ type: 'string', format: 'uuid' }, dynamic] }, set },
    },
    retry: DATABASE_RETRY,
    timeoutMs: 10_000,
  },
  {
    type: 'record.create@1',
    label: 'Create a record',
    description: 'Makes one record. Its id is the output "id".',
    effects: 'db',
    ports: 'ok',
    input: {
      type: 'object',
      additionalProperties: false,
      required: ['object', 'set'],
      properties: { object: name, set },
    },
    retry: DATABASE_RETRY,
    timeoutMs: 10_000,
  },
  {
    type: 'email.send@1',
    label: 'Send an e-mail',
    description: 'Sends one mail, at most once: a mail that may already have left is not sent again.',
    effects: 'external',
    delivery: 'at_most_once',
    ports: 'ok',
    input: {
      type: 'object',
      additionalProperties: false,
      required: ['to'],
      properties: { to: text, template: name, subject: text, text, html: text },
      oneOf: [
        { required: ['template'], not: { anyOf: [{ required: ['subject'] }, { required: ['text'] }, { required: ['html'] }] } },
        { required: ['subject', 'text'], not: { required: ['template'] } },
      ],
    },
    retry: { max: 8, baseMs: 5_000, capMs: 3_600_000 },
    timeoutMs: 30_000,
  },
  {
    type: 'webhook.call@1',
    label: 'Call a webhook',
    description: 'Sends a signed HTTP request, at least once: repeats carry the same key and the same body.',
    effects: 'external',
    delivery: 'at_least_once',
    ports: 'ok',
    input: {
      type: 'object',
      additionalProperties: false,
      required: ['url'],
      properties: {
        url: text,
        method: { enum: ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] },
        headers: {
          type: 'object',
          maxProperties: 30,
          propertyNames: { pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,60}$" },
          additionalProperties: text,
        },
        body: {},
      },
    },
    retry: { max: 8, baseMs: 5_000, capMs: 3_600_000 },
    timeoutMs: 10_000,
  },
];

export const NODE_MANIFESTS: ReadonlyMap<string, NodeManifest> = new Map(MANIFESTS.map((manifest) => [manifest.type, manifest]));

/** Ports an edge may start from, for a node with this input. */
export function portsOf(manifest: NodeManifest, input: unknown): readonly string[] {
  if (manifest.ports === 'cases') {
    const cases = (input as { cases?: unknown }).cases;
    const named = Array.isArray(cases) ? cases.map((item: unknown) => (item as { port?: unknown } | null)?.port) : [];
    return [...named.filter((port): port is string => typeof port === 'string'), 'else'];
  }
  return manifest.effects === 'none' ? ['ok'] : ['ok', 'error'];
}
