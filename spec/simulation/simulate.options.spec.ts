import { stop, wait } from 'tenax';
import { simulate } from 'tenax/simulation';
import { seededRandom } from '../../lib/base/random';
import { thrown } from '../thrown';

const policy = { stop: stop.afterAttempt(2), wait: wait.fixed(5) };
const outcomes = [new Error('down')];

describe('simulate', () => {
  test('makes a thousand calls by default, whose attempts take no time', async () => {
    const { totalWaits, timeline } = await simulate(policy, { outcomes: [1] });
    expect(totalWaits).toHaveLength(1000);
    expect(timeline).toEqual([
      { attemptNumber: 1, start: 0, end: 0, wait: 0, outcome: { attemptNumber: 1, failed: false, value: 1 } },
    ]);
  });

  test('takes a duration that is a function of the attempt and of the run’s random numbers', async () => {
    const shares: number[] = [];
    const { timeline } = await simulate(policy, {
      outcomes,
      attemptDuration: (attemptNumber, random) => {
        shares.push(random());
        return attemptNumber * 10;
      },
      runs: 1,
      seed: 5,
    });
    const random = seededRandom(5);
    expect(shares.slice(0, 2)).toEqual([random(), random()]);
    expect(shares.every((share) => share >= 0 && share < 1)).toBe(true);
    expect(timeline.map(({ start, end }) => [start, end])).toEqual([
      [0, 10],
      [15, 35],
    ]);
  });

  test.each<[unknown, string]>([
    [{ outcomes: [] }, 'TypeError: simulate: outcomes takes a list that is not empty, or a function, got an array'],
    [{ outcomes: 5 }, 'TypeError: simulate: outcomes takes a list that is not empty, or a function, got 5'],
    [
      { outcomes: { length: 1 } },
      'TypeError: simulate: outcomes takes a list that is not empty, or a function, got an object',
    ],
    [{}, 'TypeError: simulate: outcomes takes a list that is not empty, or a function, got undefined'],
    [{ outcomes, runs: 0 }, 'RangeError: simulate: runs takes a whole number ≥ 1, got 0'],
    [{ outcomes, runs: '5' }, 'TypeError: simulate: runs takes a whole number ≥ 1, got "5"'],
    [{ outcomes, seed: 1.5 }, 'RangeError: simulate: seed takes a whole number ≥ 0, got 1.5'],
    [
      { outcomes, attemptDuration: -1 },
      'RangeError: simulate: attemptDuration takes a duration in milliseconds (a finite number ≥ 0), got -1',
    ],
    [
      { outcomes, attemptDuration: '1' },
      'TypeError: simulate: attemptDuration takes a duration in milliseconds (a finite number ≥ 0), got "1"',
    ],
    [{ outcome: [1] }, 'TypeError: simulate has no option "outcome"; did you mean "outcomes"?'],
    [5, 'TypeError: simulate takes an object with outcomes, attemptDuration, runs, seed, got 5'],
  ])('refuses %p', async (options, message) => {
    expect(String(await thrown(simulate(policy, options as never)))).toBe(message);
  });

  test.each([
    [Infinity, 'Infinity'],
    [NaN, 'NaN'],
    [-1, '-1'],
  ])('refuses a duration that a function answers: %p', async (duration, shown) => {
    const answered: number[] = [];
    const attemptDuration = (): number => {
      answered.push(answered.length === 0 ? 5 : duration);
      return answered.at(-1) as number;
    };
    expect(String(await thrown(simulate(policy, { outcomes, attemptDuration, runs: 1 })))).toBe(
      `RangeError: simulate: attemptDuration takes a duration in milliseconds (a finite number ≥ 0), got ${shown}`,
    );
  });

  test('rejects with the error of attemptDuration', async () => {
    const fault = new Error('no duration');
    const attemptDuration = (): never => {
      throw fault;
    };
    expect(await thrown(simulate(policy, { outcomes, attemptDuration, runs: 1 }))).toBe(fault);
  });

  test('rejects with an error of attemptDuration that came up once', async () => {
    const fault = new Error('no duration');
    let asked = 0;
    const attemptDuration = (): number => {
      asked += 1;
      if (asked === 1) throw fault;
      return 0;
    };
    expect(await thrown(simulate(policy, { outcomes, attemptDuration, runs: 1 }))).toBe(fault);
  });

  test('refuses a wrong policy', async () => {
    expect(String(await thrown(simulate({ stpo: 1 } as never, { outcomes })))).toMatch('did you mean "stop"?');
  });
});
