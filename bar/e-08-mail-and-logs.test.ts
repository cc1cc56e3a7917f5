import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../engine/src/app/start-system.js';
import { inParallel, json } from '../engine/src/app/leaks/caller.js';
import { SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import type { Route } from '../engine/src/http/route.js';
import { OBJECTS, workflow } from '../engine/test/workflow/documents.js';
import { openWorld, until, type World } from '../engine/test/workflow/world.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';

/** Texts that would be more than one address, line or message. */
const EVIL = 'eve@example.test';
const BREAKS = [
  '\r\n',
  '\n',
  '\r',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u000b',
  '\u000c',
  '\\r\\n',
  '%0d%0a',
  '=0D=0A',
  '&#13;&#10;',
  '\r\n\t',
  '\r\n ',
];
const TEXTS: readonly string[] = [
  ...BREAKS.flatMap((end) => [`Hi${end}Bcc: ${EVIL}`, `Hi${end}${end}A body of its own`, `${end}To: ${EVIL}`]),
  ...BREAKS.slice(0, 3).flatMap((end) => [
    `x${end}.${end}MAIL FROM:<${EVIL}>${end}RCPT TO:<${EVIL}>${end}DATA${end}Forged${end}.${end}`,
    `x${end}RCPT TO:<${EVIL}>`,
    `x${end}QUIT`,
  ]),
  ...[
    '=?utf-8?q?Hi=0D=0ABcc:_eve@example.test?=',
    '=?utf-8?b?SGkNCkJjYzogZXZlQGV4YW1wbGUudGVzdA==?=',
    '.',
    '..',
    '\n.\n',
    '--boundary',
    'Content-Type: text/html',
    '<script>alert(1)</script>',
    '\u202eevil',
    '\u001b[31mred',
    'x'.repeat(20_000),
  ],
];
const ADDRESSES: readonly string[] = [
  ...TEXTS.slice(0, 30).map((text) => `ada@example.test${text.slice(2)}`),
  ...[
    `ada@example.test, ${EVIL}`,
    `ada@example.test;${EVIL}`,
    `ada@example.test ${EVIL}`,
    `<ada@example.test>,<${EVIL}>`,
    `group:${EVIL};`,
    `Ada <${EVIL}>`,
    `"${EVIL}" <ada@example.test>`,
    `"a b"@example.test`,
    `"a\\"b"@example.test`,
  ],
  ...[
    `"${EVIL},"@example.test`,
    `ada(${EVIL})@example.test`,
    `ada@example.test(comment)`,
    `ada@(x)example.test`,
    `ada@[127.0.0.1]`,
    `ada@example.test>${EVIL}`,
    `ada@example.test\u0000${EVIL}`,
    `@relay.example:${EVIL}`,
    `eve!ada@example.test@x`,
  ],
  ...[
    `ada@example.test NOTIFY=SUCCESS`,
    `ada@example.test> SIZE=1`,
    `ada@example..test`,
    `ada@-example.test`,
    `${'x'.repeat(29_000)}@example.test`,
    `ada@${'x.'.repeat(14_000)}test`,
    '@',
    'ada@',
    '@example.test',
    '',
    ' ',
    'mailto:ada@example.test',
    'ada@exämple.test?bcc=eve@example.test',
  ],
];
/** What a mailer would read from the machine or the web, or send as it stands. */
const THINGS = (hook: string): readonly unknown[] => [
  { path: '/etc/passwd' },
  { href: `${hook}/read` },
  { raw: `To: ${EVIL}\r\nSubject: Forged\r\n\r\nForged` },
  [{ path: '/etc/passwd' }],
  { content: { path: '/etc/passwd' }, filename: '/etc/passwd' },
  { address: EVIL, name: 'x' },
  [EVIL, 'ada@example.test'],
  {
    text: 'x',
    attachments: [{ path: '/etc/passwd' }],
    headers: { Bcc: EVIL },
    list: { unsubscribe: EVIL },
    replyTo: EVIL,
    envelope: { to: EVIL },
  },
];
const FIXED = 'ada@example.test';

const mailNode = (input: object) => ({ id: 'mail', type: 'email.send@1', input, retry: { max: 1 } });
const words = { $var: 'record.words' };
const shown = { $template: '{{record.words}}' };
const thing = { $var: 'record.thing' };
const documents = (url: string) => [
  ...OBJECTS,
  { kind: 'field', id: 'fld_job_thing', object: 'job', name: 'thing', label: 'Thing', type: 'json' },
  workflow('to_var', [mailNode({ to: words, subject: 'x', text: 'x' })]),
  workflow('to_template', [mailNode({ to: { $template: '{{record.words}}'.repeat(11) }, subject: 'x', text: 'x' })]),
  workflow('subject', [mailNode({ to: FIXED, subject: words, text: 'x' })]),
  workflow('subject_template', [mailNode({ to: FIXED, subject: { $template: 'About {{record.words}}' }, text: 'x' })]),
  workflow('text', [mailNode({ to: FIXED, subject: 'x', text: words })]),
  workflow('html', [
    mailNode({ to: FIXED, subject: 'x', text: shown, html: { $template: '<p title="{{record.words}}">{{record.words}}</p>' } }),
  ]),
  workflow('thing_to', [mailNode({ to: thing, subject: 'x', text: 'x' })]),
  workflow('thing_in', [mailNode({ to: FIXED, subject: thing, text: thing, html: thing })]),
  workflow('thing_body', [mailNode({ to: FIXED, subject: 'x', text: thing, html: thing })]),
  workflow('header', [
    { id: 'call', type: 'webhook.call@1', input: { url: `${url}/header`, headers: { 'x-title': words }, body: words }, retry: { max: 1 } },
  ]),
];

/** The head of a message: each header once, by its name. */
const headersOf = (raw: string): string[] =>
  (raw.split('\r\n\r\n')[0] ?? '')
    .split('\r\n')
    .flatMap((line) => /^([\w-]+):/.exec(line)?.[1]?.toLowerCase() ?? [])
    .sort();
const PLAIN = [
  'auto-submitted',
  'content-transfer-encoding',
  'content-type',
  'date',
  'from',
  'message-id',
  'mime-version',
  'subject',
  'to',
];
const WITH_PARTS = PLAIN.filter((name) => name !== 'content-transfer-encoding');

describe('E-08: what records hold, in a mail', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(documents);
    world.automation();
  }, 300_000);
  afterAll(() => world.close());

  it('is one message to the one it is meant for, or none; nothing is read from the machine or the web', async () => {
    const cases = [
      ...ADDRESSES.flatMap((text) => [
        { flow: 'to_var', words: text },
        ...(text.length > 1_000 ? [{ flow: 'to_template', words: text }] : []),
      ]),
      ...TEXTS.flatMap((text) => ['subject', 'subject_template', 'text', 'html'].map((flow) => ({ flow, words: text }))),
      ...THINGS(world.hookUrl).flatMap((value) => ['thing_to', 'thing_in', 'thing_body'].map((flow) => ({ flow, thing: value }))),
      // It would work with what is right.
      ...['to_var', 'subject', 'text', 'html'].map((flow) => ({ flow, words: FIXED })),
    ];
    const refused: string[] = [];
    await inParallel(cases, 4, async (values) => {
      await world.create('job', { title: 'T', ...values }).catch(() => refused.push(JSON.stringify(values).slice(0, 80)));
    });
    // A record holds no NUL.
    expect(refused.filter((each) => !/\\u0000/.test(each))).toEqual([]);
    await until(async () => (await world.runs()).length === cases.length - refused.length, 'all runs to be there', 60_000);
    await until(async () => (await world.runs()).every((run) => run['ended']), 'all runs to end', 60_000);

    const wrong: string[] = [];
    for (const { to, raw } of world.mails) {
      const names = headersOf(raw);
      if (to.length !== 1 || to[0] !== FIXED) wrong.push(`to ${to.join(' ')}`);
      if (![PLAIN.join(), WITH_PARTS.join()].includes(names.join())) wrong.push(`headers ${names.join()}`);
      if (/root:x:0|daemon:/.test(raw)) wrong.push('a file was read');
    }
    expect(wrong).toEqual([]);
    expect(world.hooks).toEqual([]);
    const [sent] = await world.space.test.sql<{ n: number; others: number }>(
      `select count(*) filter (where status = 'sent')::int as n, count(*) filter (where recipient <> $1)::int as others from meta.outbound_mail`,
      [FIXED],
    );
    // Each that was handed over is one message, and not two.
    expect(sent).toEqual({ n: world.mails.length, others: 0 });
    expect(world.mails.length).toBeGreaterThan(TEXTS.length);
    const byFlow = await world.space.test.sql<{ id: string; sent: number }>(
      `select r.workflow_id as id, count(*)::int as sent from meta.outbound_mail m join meta.wf_run r on r.id = m.run_id group by 1 order by 1`,
    );
    const count = (flow: string) => byFlow.find(({ id }) => id === `wfl_${flow}`)?.sent ?? 0;
    expect([count('to_var'), count('to_template'), count('thing_to')]).toEqual([1, 0, 0]);
    // A subject is one line; a body may hold anything.
    expect(count('subject')).toBeLessThan(TEXTS.length - 20);
    expect([count('text'), count('html')]).toEqual([TEXTS.length + 1, TEXTS.length + 1]);
  }, 600_000);

  it('makes no header of a call to somebody else', async () => {
    world.hooks.length = 0;
    for (const text of TEXTS) await world.create('job', { title: 'T', flow: 'header', words: text });
    await until(async () => (await world.runs(`r.workflow_id = 'wfl_header'`)).length === TEXTS.length, 'all calls to be there', 60_000);
    await until(async () => (await world.runs(`r.workflow_id = 'wfl_header'`)).every((run) => run['ended']), 'all calls to end', 60_000);
    for (const { headers } of world.hooks)
      expect([headers['bcc'], headers['to'], headers['x-title'] === undefined]).toEqual([undefined, undefined, false]);
    expect(world.hooks.length).toBeGreaterThan(5);
  }, 300_000);

  it('goes to no user whose address is more than one', async () => {
    world.mails.length = 0;
    const people = await world.space.test.sql<{ id: string }>(
      `insert into meta.user (id, tenant_id, email, name) select gen_random_uuid(), $1, a.email, 'X' from unnest($2::text[]) as a(email) returning id`,
      [
        world.space.tenantId,
        [...new Set(ADDRESSES.filter((text) => !text.includes('\u0000') && text.length < 1_000).map((text) => text.toLowerCase()))],
      ],
    );
    const before = (await world.runs()).length;
    for (const { id } of people) await world.create('job', { title: 'T', flow: 'to_var', words: id });
    await until(async () => (await world.runs()).length === before + people.length, 'all runs to be there', 60_000);
    await until(async () => (await world.runs()).every((run) => run['ended']), 'all runs to end', 60_000);
    expect(
      world.mails
        .filter(
          ({ to, raw }) => to.length !== 1 || /[\s,;:()<>"]/.test(to[0] ?? '') || to[0] === EVIL || headersOf(raw).join() !== PLAIN.join(),
        )
        .map(({ to }) => to),
    ).toEqual([]);
  }, 300_000);
});

describe('E-08: what people send, in the log', () => {
  const lines: string[] = [];
  let system: CanarySystem;
  const breaks: { with: string | undefined } = { with: undefined };
  beforeAll(async () => {
    const logger = createLogger({ logLevel: 'debug' }, { write: (line: string) => void lines.push(line) });
    // Every address fails with what the caller sent, as a bug might.
    const around = (route: Route): Route => ({
      ...route,
      handler: (scope) => {
        if (breaks.with !== undefined)
          throw Object.assign(new Error(`failed on ${breaks.with} ${scope.path} ${scope.header('user-agent') ?? ''}`), {
            detail: breaks.with,
          });
        return route.handler(scope);
      },
    });
    system = await openCanarySystem({ logger, around });
  }, 300_000);
  afterAll(() => system.close());

  const FORGED = '{"level":30,"time":1,"msg":"forged"}';
  const INPUTS = [
    ...BREAKS.map((end) => `x${end}${FORGED}${end}`),
    `x\u001b[2J\u001b[31m${FORGED}`,
    `x","msg":"forged","y":"`,
    `x\\","msg":"forged`,
    `x\u0000${FORGED}`,
    `x\ud800${FORGED}`,
    'x'.repeat(100_000),
  ];

  it('is one JSON object a line, whatever is in it', async () => {
    for (const input of INPUTS) {
      breaks.with = input;
      const path = encodeURIComponent(Buffer.from(input.slice(0, 1_000)).toString());
      const header = input.slice(0, 1_000).replaceAll(/[^\u0020-\u007e]/g, '');
      await system.call('admin', 'GET', `/records/${path}`, { headers: { 'User-Agent': header, 'Idempotency-Key': header } });
      await system.call('admin', 'POST', `/records/${SPECIMEN}`, { body: { title: input } });
      await system.call('admin', 'GET', `/records/${SPECIMEN}`, { query: { q: input.slice(0, 200) } });
      await system.call(null, 'POST', '/auth/login', { body: { email: input, password: input } });
    }
    breaks.with = undefined;
    expect(lines.length).toBeGreaterThan(INPUTS.length * 3);
    const wrong: string[] = [];
    for (const line of lines) {
      // eslint-disable-next-line no-control-regex -- exactly these would be seen as something else than text
      const isOneLine = /^[^\u0000-\u001f\u007f\u2028\u2029\u0085]*\n$/.test(line);
      const parsed = isOneLine ? (JSON.parse(line) as Record<string, unknown>) : {};
      if (!isOneLine || typeof parsed['level'] !== 'number' || parsed['msg'] === 'forged' || line.length > 20_000)
        wrong.push(line.slice(0, 200));
    }
    expect(wrong.slice(0, 3)).toEqual([]);
  }, 300_000);

  it('is refused as the address of a user', async () => {
    const taken: string[] = [];
    for (const email of ADDRESSES) {
      const reply = await system.call('admin', 'POST', '/users', { body: { email, name: 'X', roles: ['canary_none'] } });
      if (
        reply.status < 400 &&
        /[\s\p{Cc},;:()<>"[\]\\]|@.*@/u.test(String(json(reply)['email'] ?? (json(reply)['user'] as { email: string } | undefined)?.email))
      )
        taken.push(email);
      if (reply.status >= 500) taken.push(`${email.slice(0, 60)}: ${String(reply.status)}`);
    }
    expect(taken).toEqual([]);
  }, 300_000);
});
