import { describe, expect, it } from 'vitest';
import { decide, nextOccurrence } from './occurrences.js';

const following = (cron: string, zone: string, from: string, count: number): string[] => {
  const found: string[] = [];
  let at: Date | null = new Date(from);
  for (let index = 0; index < count && at; index += 1) {
    at = nextOccurrence(cron, zone, at);
    if (at) found.push(at.toISOString().replace(':00.000Z', 'Z'));
  }
  return found;
};

describe('occurrences', () => {
  it.each([
    ['an ordinary day', '0 9 * * *', 'Europe/Berlin', '2027-01-10T00:00Z', ['2027-01-10T08:00Z', '2027-01-11T08:00Z']],
    ['the gap in spring', '30 2 * * *', 'Europe/Berlin', '2027-03-27T12:00Z', ['2027-03-28T01:00Z', '2027-03-29T00:30Z']],
    ['the fold in autumn, once', '30 2 * * *', 'Europe/Berlin', '2027-10-30T12:00Z', ['2027-10-31T00:30Z', '2027-11-01T01:30Z']],
    [
      'every hour over the fold',
      '0 * * * *',
      'Europe/Berlin',
      '2027-10-30T22:30Z',
      ['2027-10-30T23:00Z', '2027-10-31T00:00Z', '2027-10-31T01:00Z', '2027-10-31T02:00Z'],
    ],
    ['every hour over the gap', '0 * * * *', 'Europe/Berlin', '2027-03-28T00:30Z', ['2027-03-28T01:00Z', '2027-03-28T02:00Z']],
    [
      'half hours over the fold',
      '*/30 * * * *',
      'Europe/Berlin',
      '2027-10-31T00:00Z',
      ['2027-10-31T00:30Z', '2027-10-31T01:00Z', '2027-10-31T01:30Z'],
    ],
    ['a gap of half an hour', '15 2 * * *', 'Australia/Lord_Howe', '2027-10-02T00:00Z', ['2027-10-02T15:30Z', '2027-10-03T15:15Z']],
    ['a quarter past the hour in Kathmandu', '0 9 * * *', 'Asia/Kathmandu', '2027-01-10T00:00Z', ['2027-01-10T03:15Z']],
    ['leap days', '0 9 29 2 *', 'UTC', '2027-01-01T00:00Z', ['2028-02-29T09:00Z', '2032-02-29T09:00Z']],
    ['the last of months that have a 31st', '0 0 31 * *', 'UTC', '2027-03-31T12:00Z', ['2027-05-31T00:00Z', '2027-07-31T00:00Z']],
  ])('%s', (_name, cron, zone, from, expected) => {
    expect(following(cron, zone, from, expected.length)).toEqual(expected);
  });

  it('strictly advances, so that a slot cannot come twice', () => {
    for (const zone of ['Europe/Berlin', 'Australia/Lord_Howe', 'America/Santiago', 'Africa/Casablanca', 'Pacific/Apia', 'America/Nuuk']) {
      const slots = following('*/20 * * * *', zone, '2027-03-01T00:00Z', 3_000);
      expect(new Set(slots).size).toBe(3_000);
      expect([...slots].sort()).toEqual(slots);
    }
  });
});

describe('what to do about a due schedule', () => {
  const at = (iso: string) => new Date(iso);
  const daily = { cron: '0 9 * * *', timeZone: 'Europe/Berlin', dueAt: at('2027-03-26T08:00:00Z') };
  const iso = (dates: readonly Date[]) => dates.map((date) => date.toISOString());

  it.each(['fire_once', 'fire_all', 'skip'])('%s fires what is on time and waits for the next', (misfire) => {
    const { fire, next } = decide({ ...daily, misfire, now: at('2027-03-26T08:00:03Z') });
    expect([iso(fire), next?.toISOString()]).toEqual([['2027-03-26T08:00:00.000Z'], '2027-03-27T08:00:00.000Z']);
  });

  it.each([
    ['fire_once', ['2027-03-28T07:00:00.000Z']],
    ['fire_all', ['2027-03-26T08:00:00.000Z', '2027-03-27T08:00:00.000Z', '2027-03-28T07:00:00.000Z']],
    ['skip', []],
  ])('%s after two and a half days without anybody, over a change of the clocks', (misfire, expected) => {
    const { fire, next } = decide({ ...daily, misfire, now: at('2027-03-28T18:00:00Z') });
    expect([iso(fire), next?.toISOString()]).toEqual([expected, '2027-03-29T07:00:00.000Z']);
  });

  it('catches up at most the newest hundred', () => {
    const { fire } = decide({
      cron: '* * * * *',
      timeZone: 'UTC',
      misfire: 'fire_all',
      dueAt: at('2027-01-01T00:00:00Z'),
      now: at('2027-01-02T00:00:00Z'),
    });
    expect([fire.length, fire.at(-1)?.toISOString()]).toEqual([100, '2027-01-02T00:00:00.000Z']);
  });
});
