import { describe, expect, it } from 'vitest';
import { compileModel } from './compile-model.js';
import type { SourceDocument } from './types.js';

const field = (name: string, type: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_call_${name}`,
  object: 'call',
  name,
  label: name,
  type,
  ...more,
});

/** What is wrong with these properties: places and codes. */
function problemsOf(timeline: object, of: object = {}, link: object = {}): string[] {
  const documents = [
    { kind: 'pack', name: 'small', label: 'Small', version: '1.0.0' },
    { kind: 'object', id: 'obj_call', name: 'call', label: 'Call', pluralLabel: 'Calls', nameField: 'title', timeline, ...of },
    field('title', 'text'),
    field('held_on', 'date'),
    field('held_at', 'datetime'),
    field('quiet', 'text', { track: false }),
    field('pin', 'encrypted_text'),
    field('late', 'formula', { returns: 'boolean', formula: 'ISBLANK(held_on)' }),
    field('parent', 'lookup', { target: 'call', timeline: true }),
    field('with', 'user', link),
  ];
  const sources = documents.map((document) => ({ origin: 'small', document }) as SourceDocument);
  const compiled = compileModel(sources);
  return compiled.ok ? [] : compiled.issues.map(({ path, code }) => `${path} ${code}`);
}

describe('how an object stands in timelines', () => {
  it.each([
    ['by nothing', {}, []],
    ['by a date', { date: 'held_on', summary: ['title', 'late'], changes: ['title'], deleted: true }, []],
    ['by a moment', { date: 'held_at' }, []],
    ['by a field of the platform', { date: 'updated_at', summary: ['owner'] }, []],
    [
      'by a field that is not there',
      { date: 'held', summary: ['titel'] },
      ['/timeline/date unknown_field', '/timeline/summary/0 unknown_field'],
    ],
    ['by a text', { date: 'title' }, ['/timeline/date not_for_type']],
    ['by what is worked out', { date: 'late' }, ['/timeline/date not_for_type']],
    ['with a secret', { summary: ['title', 'pin'] }, ['/timeline/summary/1 not_for_type']],
    [
      'with changes that are not kept',
      { changes: ['quiet', 'late', 'title'] },
      ['/timeline/changes/0 not_for_type', '/timeline/changes/1 not_for_type'],
    ],
  ])('%s', (_how, timeline, expected) => {
    expect(problemsOf(timeline)).toEqual(expected);
  });

  it('by changes only where they are kept', () => {
    expect(problemsOf({ changes: ['title'] }, { trackHistory: false })).toEqual(['/timeline/changes/0 not_for_type']);
  });

  it('by links to records that have a timeline', () => {
    expect(problemsOf({}, {}, { timeline: true })).toEqual(['/timeline not_for_type']);
  });
});
