import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel, type Asked } from '../engine/src/app/leaks/caller.js';
import { PLACE, SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { shapeOf } from './support/absent.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { absentFor, HIDDEN, READERS } from './support/hidden-fields.js';

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem();
}, 300_000);
afterAll(() => system.close());

/** Spellings of "give me that field": as the value of `fields`, or as parameters of their own. */
const SPELLINGS: readonly ((field: string) => Record<string, string> | string)[] = [
  (field) => ({ fields: field }),
  (field) => ({ fields: `title,${field}` }),
  (field) => ({ fields: `${field},${field}` }),
  () => ({ fields: '*' }),
  () => ({ fields: '**' }),
  () => ({ fields: '*.*' }),
  () => ({ fields: 'place.*' }),
  () => ({ fields: 'part_of.*.*' }),
  (field) => ({ fields: `part_of.${field}` }),
  (field) => ({ fields: `part_of.part_of.${field}` }),
  (field) => ({ fields: `place.specimens.${field}` }),
  (field) => ({ fields: `parts.${field}` }),
  (field) => ({ fields: `specimens.${field}` }),
  (field) => ({ fields: field.toUpperCase() }),
  (field) => ({ fields: field.replace(/^./, (letter) => letter.toUpperCase()) }),
  (field) => ({ fields: `${field}.` }),
  (field) => ({ fields: `.${field}` }),
  (field) => ({ fields: `${field}..` }),
  (field) => ({ fields: `${SPECIMEN}.${field}` }),
  (field) => ({ fields: `this.${field}` }),
  (field) => ({ fields: `$record.${field}` }),
  (field) => ({ fields: `${field} as title` }),
  (field) => ({ fields: `title:${field}` }),
  (field) => ({ fields: `${field}{id}` }),
  (field) => ({ fields: `{title ${field}}` }),
  (field) => ({ fields: `["${field}"]` }),
  (field) => ({ fields: `{"${field}":1}` }),
  (field) => ({ fields: `"${field}"` }),
  (field) => ({ fields: `${field};title` }),
  (field) => ({ fields: `${field}\u0000` }),
  (field) => ({ fields: `${field}%2Ctitle` }),
  (field) => ({ fields: `-${field}` }),
  (field) => ({ fields: `+${field}` }),
  (field) => ({ fields: `!title,${field}` }),
  () => ({ fields: '' }),
  () => ({ fields: ',' }),
  (field) => `fields[]=${field}`,
  (field) => `fields[0]=${field}`,
  (field) => `fields[${SPECIMEN}]=${field}`,
  (field) => `fields=title&fields=${field}`,
  (field) => `fields=${field.replace('_', '%5F')}`,
  (field) => `fields=part_of%2E${field}`,
  (field) => `Fields=${field}`,
  (field) => `select=${field}`,
  (field) => `expand=${field}`,
  (field) => `columns=${field}`,
  (field) => `$select=${field}`,
];
/** The same in a body, where it may be anything. */
const BODIES: readonly ((field: string) => unknown)[] = [
  (field) => ({ fields: [field] }),
  () => ({ fields: ['*'] }),
  (field) => ({ fields: [[field]] }),
  (field) => ({ fields: { [field]: true } }),
  (field) => ({ fields: [{ field }] }),
  (field) => ({ fields: [`part_of.${field}`] }),
  (field) => ({ fields: [`${field}\n`] }),
  (field) => ({ fields: 1, [field]: true }),
  (field) => ({ include: { parts: { fields: [field] } } }),
  () => ({ include: { parts: { fields: '*' } } }),
  () => ({ include: { '*': {} } }),
  (field) => ({ include: { [field]: {} } }),
];

describe('A-05: a projection', () => {
  it('has spellings enough', () => {
    expect(SPELLINGS.length + BODIES.length).toBeGreaterThanOrEqual(40);
  });

  it('shows no hidden value, however it is spelled, and answers like for a name that is not there', async () => {
    const differences: string[] = [];
    const own = system.records.find(({ object, owner }) => object === SPECIMEN && owner === 'canary_own')?.id ?? '';
    const send = (address: string, asked: Record<string, string> | string) =>
      typeof asked === 'string'
        ? system.call('canary_own', 'GET', `${address}?${asked}`)
        : system.call('canary_own', 'GET', address, { query: asked });
    const compare = async (field: string, ask: (name: string) => ReturnType<CanarySystem['call']>) => {
      const absent = absentFor(field);
      const [hidden, none] = [await ask(field), await ask(absent)];
      const names = [
        field,
        absent,
        field.toUpperCase(),
        absent.toUpperCase(),
        field.replace(/^./, (l) => l.toUpperCase()),
        absent.replace(/^./, (l) => l.toUpperCase()),
      ];
      if (shapeOf(hidden, ...names) !== shapeOf(none, ...names))
        differences.push(`${hidden.path}: ${hidden.text.slice(0, 300)} <> ${none.text.slice(0, 300)}`);
      if (hidden.status >= 500) differences.push(`${hidden.path}: ${String(hidden.status)}`);
    };
    await inParallel(HIDDEN, 4, async (field) => {
      for (const spelling of SPELLINGS) {
        for (const address of [`/records/${SPECIMEN}`, `/records/${SPECIMEN}/${own}`, `/records/${SPECIMEN}/board`]) {
          await compare(field, (name) => {
            const asked = spelling(name);
            const more = address.endsWith('board') ? { by: 'status' } : {};
            return send(
              address,
              typeof asked === 'string' ? `${asked}${address.endsWith('board') ? '&by=status' : ''}` : { ...asked, ...more },
            );
          });
        }
      }
      for (const body of BODIES)
        await compare(field, (name) => system.call('canary_own', 'POST', `/records/${SPECIMEN}/query`, { body: body(name) } as Asked));
    });
    expect(differences.slice(0, 5)).toEqual([]);
    expect(system.leaks).toEqual([]);
  }, 300_000);

  it('left out gives what one may read, and nothing else', async () => {
    for (const who of [...READERS, 'canary_builder', 'canary_none', 'other_own', null]) {
      for (const object of [SPECIMEN, PLACE, 'canary_badge', 'canary_vault']) {
        const reply = await system.call(who, 'GET', `/records/${object}`, { query: { limit: '200' } });
        for (const name of HIDDEN) expect(reply.text.includes(`"${name}"`)).toBe(false);
        for (const { id } of system.records.filter((record) => record.object === object))
          await system.call(who, 'GET', `/records/${object}/${id}`);
      }
    }
    expect(system.leaks).toEqual([]);
  });

  it('is noticed when it shows too much: the administrator sees what the others must not', async () => {
    const { text } = await system.call('admin', 'GET', `/records/${SPECIMEN}`, { query: { limit: '200' } });
    const { values } = system.secretsOf('canary_own');
    const shown = [...values].filter((mark) => text.toLowerCase().includes(mark));
    expect(shown.length).toBeGreaterThan(500);
  });
});
