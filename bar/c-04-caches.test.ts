import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, inParallel, type Asked, type Exchange } from '../engine/src/app/leaks/caller.js';
import { BADGE, PLACE, SPECIMEN, VAULT } from '../engine/src/app/leaks/canary-model.js';
import { openTrial, type TrialSystem } from '../engine/src/app/leaks/trial-system.js';
import { readConfig } from '../engine/src/app/config.js';
import { shapeOf } from './support/absent.js';
import { LASTING } from './support/caches.js';
import type { CanarySystem } from './support/canary-system.js';
import { openDeedSystem } from './support/deed-system.js';
import { IS_NIGHT } from './support/hidden-fields.js';
import { addressOf } from './support/stage.js';

let system: CanarySystem;
let other: TrialSystem;
beforeAll(async () => {
  system = await openDeedSystem();
  // Another process on the same database, that remembers nothing yet.
  const config = readConfig({ FIELDSTONE_DATA_DIR: system.folder, FIELDSTONE_DEMO: '0' });
  other = await openTrial({ config, databaseConfig: system.test.config, files: [] });
}, 600_000);
afterAll(async () => {
  await other.close();
  await system.close();
});

/** From those who may least to those who may most. */
const CALLERS = [
  null,
  'canary_none',
  'other_own',
  'canary_own',
  'canary_team',
  'canary_wide',
  'canary_shut',
  'canary_builder',
  'canary_clerk',
  'other_admin',
  'admin',
] as const;
const LANGUAGES = ['en', 'de'] as const;
type Question = {
  readonly who: string | null;
  readonly language: string;
  readonly method: string;
  readonly path: string;
  readonly asked: Asked;
};

/** What differs by itself; and packs, whose folders the other process does not have. */
const VOLATILE = /^\/(events|health|metrics|packs)/;
/** Every route that reads, about records of several owners; by each caller in each language. */
function questions(): Question[] {
  const idOf = (object: string, owner?: string) =>
    system.records.find((record) => record.object === object && (owner === undefined || record.owner === owner))?.id ?? '';
  const all: Question[] = [];
  const places = (IS_NIGHT ? [SPECIMEN, PLACE, BADGE, VAULT] : [SPECIMEN, PLACE]).map((object) => ({ object, id: idOf(object) }));
  for (const who of CALLERS) {
    for (const language of IS_NIGHT || who === 'admin' || who === 'canary_own' ? LANGUAGES : LANGUAGES.slice(0, 1)) {
      const add = (method: string, path: string, asked: Asked = {}) => all.push({ who, language, method, path, asked });
      for (const { method, path } of system.trial.routes) {
        if (method !== 'GET' || VOLATILE.test(path)) continue;
        const more = { field: 'h_file', version: '1', n: '1', kind: 'object', name: 'canary_specimen' };
        for (const place of path.includes('{object}') ? places : places.slice(0, 1)) add('GET', addressOf(path, { ...more, ...place }));
      }
      for (const query of [
        { view: 'hidden_order' },
        { q: 'zqk' },
        { fields: 'h_text' },
        { sort: 'h_integer' },
        { include: JSON.stringify({ parts: {} }) },
      ] as const)
        add('GET', `/records/${SPECIMEN}`, { query: query as Record<string, string> });
      add('GET', '/metadata', { query: { include: 'me' } });
      add('GET', '/search', { query: { q: 'Name' } });
      for (const object of [SPECIMEN, VAULT])
        add('POST', `/records/${object}/aggregate`, { body: { measures: [{ op: 'count', as: 'n' }], groupBy: ['owner'] } });
      add('GET', `/records/${SPECIMEN}/${idOf(SPECIMEN, 'rival')}`);
      add('GET', `/records/${SPECIMEN}/${idOf(SPECIMEN, 'other_admin')}`);
    }
  }
  return all;
}
const keyOf = ({ who, language, method, path, asked }: Question) => JSON.stringify([who, language, method, path, asked]);
const put = ({ who, language, method, path, asked }: Question, origin: string): Promise<Exchange> =>
  ask(origin, who === null ? null : system.person(who), method, `/api/v1${path}`, { ...asked, headers: { 'Accept-Language': language } });

describe('C-04: what is remembered', { timeout: 300_000 }, () => {
  it('is listed, with what it is remembered by', async () => {
    const root = fileURLToPath(new URL('../engine/src', import.meta.url));
    const found: string[] = [];
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name).slice(root.length + 1);
      if (!entry.isFile() || !file.endsWith('.ts') || /\.test\.ts$|^app\/leaks\//.test(file)) continue;
      const text = await readFile(join(root, file), 'utf8');
      // Of a module, so that it outlives a request; and what statements are compiled to, which depends on rights.
      for (const [, name = '', what = ''] of text.matchAll(
        /^(?:export )?const (\w+)(?::[^=\n]+)? = new (Map|WeakMap|Set|WeakSet|CompiledCache)(?:<[^\n]*>)?\(\)/gm,
      )) {
        const isByRights = what === 'CompiledCache' && text.includes('rightsKey(');
        if (!isByRights) found.push(`${file} ${name}`);
      }
    }
    expect(found.sort()).toEqual(Object.keys(LASTING).sort());
    for (const because of Object.values(LASTING)) expect(because.length).toBeGreaterThan(20);
  });

  it('of one caller is told to no other one, whoever came first', async () => {
    const all = questions();
    const first = new Map<string, string>();
    const strange: string[] = [];
    const look = async (list: readonly Question[], origin: string, when: string) => {
      // One caller after the other, each with all their questions at once.
      for (const who of new Set(list.map((question) => question.who)))
        await inParallel(
          list.filter((question) => question.who === who),
          6,
          async (question) => {
            const shape = shapeOf(await put(question, origin));
            const before = first.get(keyOf(question));
            if (before === undefined) first.set(keyOf(question), shape);
            else if (before !== shape) strange.push(`${when}: ${keyOf(question)}: ${shape.slice(0, 1_500)} was ${before.slice(0, 1_500)}`);
          },
        );
    };
    await look(all, system.trial.origin, 'least first');
    await look(all.toReversed(), other.origin, 'most first');
    await look(all, other.origin, 'least, after the others');
    expect(strange.slice(0, 5)).toEqual([]);
    expect(first.size).toBeGreaterThan(600);
    // There is something to confuse: the same question has different answers.
    const answers = new Map<string, Set<string>>();
    for (const [key, shape] of first) {
      const [, , ...question] = JSON.parse(key) as string[];
      const set = answers.get(JSON.stringify(question)) ?? new Set();
      answers.set(JSON.stringify(question), set.add(shape));
    }
    expect([...answers.values()].filter(({ size }) => size > 3).length).toBeGreaterThan(15);
  });

  it('by a browser or a proxy is nothing, or what one browser asks about anew', async () => {
    const wrong: string[] = [];
    const tags = new Map<string, Map<string, string>>();
    for (const question of questions()) {
      if (question.who === null || question.language !== 'en') continue;
      const answer = await put(question, system.trial.origin);
      const [control, vary] = [answer.headers.get('cache-control') ?? '', answer.headers.get('vary') ?? ''];
      if (control !== 'no-store' && !(control === 'private, no-cache' && answer.headers.has('etag')))
        wrong.push(`${question.path}: ${control}`);
      for (const name of ['Cookie', 'Authorization', 'Accept-Language']) if (!vary.includes(name)) wrong.push(`${question.path}: ${vary}`);
      const tag = answer.headers.get('etag');
      if (tag === null || answer.status !== 200) continue;
      const place = `${question.path}${JSON.stringify(question.asked)}`;
      tags.set(place, (tags.get(place) ?? new Map()).set(tag, answer.text));
      // With the tag of somebody else's answer, one that differs comes whole.
      for (const [known, text] of tags.get(place) ?? []) {
        const again = await put({ ...question, asked: { ...question.asked, headers: { 'If-None-Match': known } } }, system.trial.origin);
        if (again.status === 304 && text !== answer.text) wrong.push(`${question.path} by ${question.who}: 304 for ${known}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('holds nothing of headers that no answer is asked by', async () => {
    const names = [
      ...[
        'X-Forwarded-Host',
        'X-Forwarded-Proto',
        'X-Forwarded-Scheme',
        'X-Forwarded-Port',
        'X-Forwarded-Prefix',
        'X-Forwarded-Path',
        'X-Forwarded-Server',
      ],
      ...[
        'X-Forwarded-For',
        'X-Forwarded',
        'Forwarded',
        'X-Host',
        'X-Original-Host',
        'X-Original-URL',
        'X-Rewrite-URL',
        'X-Real-IP',
        'X-Client-IP',
      ],
      ...[
        'True-Client-IP',
        'CF-Connecting-IP',
        'Fastly-Client-IP',
        'X-Cluster-Client-IP',
        'Via',
        'X-ProxyUser-Ip',
        'X-Wap-Profile',
        'Proxy',
        'Profile',
      ],
      ...[
        'X-HTTP-Method-Override',
        'X-HTTP-Method',
        'X-Method-Override',
        'X-Custom-IP-Authorization',
        'X-Originating-IP',
        'X-Remote-IP',
        'X-Remote-Addr',
      ],
      ...[
        'Referer',
        'User-Agent',
        'Accept-Charset',
        'X-Requested-With',
        'X-Request-Id',
        'X-Correlation-Id',
        'X-Trace-Id',
        'Traceparent',
        'X-Amzn-Trace-Id',
      ],
      ...[
        'X-UIDH',
        'X-Csrf-Token',
        'X-Api-Version',
        'X-Tenant',
        'X-Tenant-Id',
        'X-Locale',
        'X-Language',
        'X-Timezone',
        'X-Theme',
        'X-Debug',
        'X-Test',
      ],
      ...[
        'Pragma',
        'Warning',
        'Max-Forwards',
        'From',
        'If-Range',
        'Save-Data',
        'DNT',
        'X-Frame-Src',
        'X-Content-Security-Policy',
        'Base-Url',
        'Client-Ip',
      ],
    ];
    expect(names.length).toBeGreaterThanOrEqual(60);
    const headers = Object.fromEntries(names.map((name, at) => [name, `zqreflect${String(at)}`]));
    const reflected: string[] = [];
    const paths = [
      ...new Set(questions().map(({ path }) => `/api/v1${path}`)),
      '/',
      '/studio/',
      '/docs/api',
      '/api/v1/nothing',
      '/health/ready',
    ];
    for (const path of paths)
      for (const who of [null, system.admin]) {
        const { text, headers: said } = await ask(system.trial.origin, who, 'GET', path, { headers });
        const found = /zqreflect\d+/.exec(`${[...said].flat().join('\n')}\n${text}`)?.[0];
        if (found !== undefined) reflected.push(`${path}: ${names[Number(found.slice(9))] ?? ''}`);
      }
    expect(reflected).toEqual([]);
  });
});
