import { describe, expect, it } from 'vitest';
import { fromLocalInput, todayIn, toLocalInput } from './zoned-time.js';

describe('wall-clock times', () => {
  it.each([
    ['2026-01-15T09:30', 'Europe/Berlin', '2026-01-15T08:30:00.000Z'],
    ['2026-07-15T09:30', 'Europe/Berlin', '2026-07-15T07:30:00.000Z'],
    ['2026-07-15T09:30', 'America/New_York', '2026-07-15T13:30:00.000Z'],
    ['2026-07-15T09:30', 'Asia/Kathmandu', '2026-07-15T03:45:00.000Z'],
    ['2026-07-15T09:30', 'UTC', '2026-07-15T09:30:00.000Z'],
  ])('%s in %s is %s and back', (local, zone, instant) => {
    expect(fromLocalInput(local, zone)).toBe(instant);
    expect(toLocalInput(instant, zone)).toBe(local);
  });

  it('moves a time that does not exist forward by the gap', () => {
    expect(fromLocalInput('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
  });

  it('takes the first of a time that happens twice', () => {
    expect(fromLocalInput('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
  });

  it('gives nothing for half a date', () => {
    expect(fromLocalInput('', 'UTC')).toBeNull();
    expect(toLocalInput('soon', 'UTC')).toBe('');
  });

  it('knows that tomorrow comes earlier in the east', () => {
    const now = Date.parse('2026-05-01T22:00:00Z');
    expect([todayIn('UTC', now), todayIn('Asia/Tokyo', now)]).toEqual(['2026-05-01', '2026-05-02']);
  });
});
