import { describe, expect, it } from 'vitest';
import { AppError } from '../kernel/errors.js';
import { durationMs } from '../model/iso-duration.js';
import { nextDelayMs } from './retry.js';
import { failureOf } from './step-failure.js';

describe('the delay before the next attempt', () => {
  const policy = { max: 8, baseMs: 1_000, capMs: 10_000 };
  it.each([
    [1, 0.999, undefined, 999],
    [2, 0.999, undefined, 1_998],
    [4, 0.5, undefined, 4_000],
    [30, 0.999, undefined, 9_990],
    [1, 0, 5_000, 5_000],
    [1, 0.5, 5_000, 5_500],
    [1, 0, 10 * 86_400_000, 86_400_000],
  ])('after %d attempts, with chance %d and Retry-After %s: %d ms', (failed, chance, asked, expected) => {
    expect(nextDelayMs(policy, failed, asked, () => chance)).toBe(expected);
  });
});

describe('what may pass by itself', () => {
  it.each([
    ['a busy database', new AppError('overloaded', 'x'), true],
    ['a record somebody else changed', new AppError('version_conflict', 'x'), true],
    ['a rule that refuses', new AppError('record_invalid', 'x'), false],
    ['a right that is missing', new AppError('forbidden', 'x'), false],
    ['a deadlock', Object.assign(new Error('x'), { code: '40P01' }), true],
    ['a connection that broke', Object.assign(new Error('x'), { code: 'ECONNRESET' }), true],
    ['a mistake in the program', new TypeError('x is not a function'), false],
  ])('%s', (_name, error, expected) => {
    expect(failureOf(error).retryable).toBe(expected);
  });

  it('tells nobody what a mistake in the program was about', () => {
    expect(failureOf(new TypeError('secret')).message).not.toContain('secret');
  });
});

describe('durations', () => {
  it.each([
    ['PT5S', 5_000],
    ['PT1H30M', 5_400_000],
    ['P1DT2H', 93_600_000],
    ['P2W', 1_209_600_000],
    ['P1M', 2_592_000_000],
    ['P', undefined],
    ['5s', undefined],
  ])('%s', (text, expected) => {
    expect(durationMs(text)).toBe(expected);
  });
});
