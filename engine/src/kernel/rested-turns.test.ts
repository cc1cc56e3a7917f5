import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RestedTurns } from './rested-turns.js';

const A = 1;
const B = 2;

/** Work that takes so long and notes when it is begun and done. */
const piece =
  (log: string[], name: string, ms = 1) =>
  async () => {
    log.push(`${name} begins`);
    await pause(ms);
    log.push(`${name} is done`);
    return name;
  };

describe('rested turns', () => {
  it('are one after another for one owner, in the order they came', async () => {
    const turns = new RestedTurns();
    const log: string[] = [];
    const answers = await Promise.all(['a', 'b', 'c'].map((name) => turns.run(A, piece(log, name))));
    expect(answers).toEqual(['a', 'b', 'c']);
    expect(log).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} is done`]));
  });

  it('do not wait for another owner', async () => {
    const turns = new RestedTurns();
    const log: string[] = [];
    const long = turns.run(A, piece(log, 'long', 60));
    const queued = turns.run(A, piece(log, 'queued'));
    await turns.run(B, piece(log, 'other'));
    expect(log).toEqual(['long begins', 'other begins', 'other is done']);
    await Promise.all([long, queued]);
  });

  it('rest twenty times as long as the work took, and three hundred milliseconds at most, behind the answer', async () => {
    let now = 0;
    const log: string[] = [];
    const turns = new RestedTurns({
      now: () => now,
      pause: (ms) => {
        log.push(`rests ${String(ms)}`);
        now += ms;
        return Promise.resolve();
      },
    });
    const work = (ms: number) => () => {
      now += ms;
      log.push(`works ${String(ms)}`);
    };
    const answered = turns.run(A, work(10)).then(() => log.push('is answered'));
    await Promise.all([answered, ...[2, 5_000, 1].map((ms) => turns.run(A, work(ms)))]);
    const withoutAnswer = log.filter((line) => line !== 'is answered');
    expect(withoutAnswer).toEqual(
      ['works 10', 'rests 200', 'works 2', 'rests 40', 'works 5000', 'rests 300', 'works 1', 'rests 20'].slice(0, withoutAnswer.length),
    );
    expect(withoutAnswer).toContain('works 1');
    expect(log.indexOf('is answered')).toBeLessThan(log.indexOf('works 2'));
  });

  it('go on behind work that failed, which fails for whoever had it done', async () => {
    const turns = new RestedTurns();
    const failed = turns.run(A, () => {
      throw new Error('no');
    });
    const next = turns.run(A, () => 'yes');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });
});
