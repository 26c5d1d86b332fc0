import type { RetryCallState } from '../../lib/call/call-state';
import { WaitStrategy, toWait } from '../../lib/strategies/wait-strategy';
import { never as neverStop } from '../../lib/strategies/stop/never';
import { chain } from '../../lib/strategies/wait/chain';
import { combine } from '../../lib/strategies/wait/combine';
import { exponential } from '../../lib/strategies/wait/exponential';
import { fixed } from '../../lib/strategies/wait/fixed';
import { none } from '../../lib/strategies/wait/none';
import { random } from '../../lib/strategies/wait/random';
import { any, refuses } from './refuses';
import { delays, stateAt } from './states';

describe('a wait that changes another', () => {
  const later = (ms: number) => chain(() => Promise.resolve(ms));

  test('caps, lengthens or spreads its delays', () => {
    expect(delays(fixed(10).cappedAt(5), 1)).toEqual([5]);
    expect(delays(fixed(1).atLeast(5), 1)).toEqual([5]);
    expect(delays(fixed(100).withJitter(0.5), 1, () => 0)).toEqual([100]);
    expect(delays(fixed(100).withJitter(0.5), 1, () => 0.5)).toEqual([75]);
    expect(delays(exponential({ max: 100 }).withJitter(1), 3, () => 0.5)).toEqual([50, 50, 50]);
  });

  test('waits for a delay that comes later', async () => {
    expect(await later(10).cappedAt(5).delay(stateAt(1))).toBe(5);
    expect(await later(1).atLeast(5).delay(stateAt(1))).toBe(5);
    expect(await later(100).withJitter(0.5).delay(stateAt(1))).toBe(75);
  });

  test('leaves what is within', () => {
    expect(fixed(4).cappedAt(5).delay(stateAt(1))).toBe(4);
    expect(fixed(6).atLeast(5).delay(stateAt(1))).toBe(6);
    expect(fixed(100).withJitter(0).delay(stateAt(1))).toBe(100);
  });

  test('keeps Infinity, which gives the call up', () => {
    const never = fixed(Infinity);
    expect(never.cappedAt(5).delay(stateAt(1))).toBe(Infinity);
    expect(never.atLeast(5).delay(stateAt(1))).toBe(Infinity);
    expect(never.withJitter(1).delay(stateAt(1, { random: () => 0 }))).toBe(Infinity);
    expect(delays(never.cappedAt(5).atLeast(2).withJitter(0.5), 1)).toEqual([Infinity]);
  });

  test('takes the bounds of its argument', () => {
    expect(() => none().withJitter(0).withJitter(1).cappedAt(0).cappedAt(Infinity).atLeast(0)).not.toThrow();
  });

  describe('refuses', () => {
    refuses([
      [new RangeError('cappedAt takes a duration in milliseconds (a number ≥ 0), got -1'), () => none().cappedAt(-1)],
      [
        new RangeError('atLeast takes a duration in milliseconds (a finite number ≥ 0), got Infinity'),
        () => none().atLeast(Infinity),
      ],
      [new RangeError('withJitter takes a number from 0 to 1, got 1.1'), () => none().withJitter(1.1)],
      [new RangeError('withJitter takes a number from 0 to 1, got -0.1'), () => none().withJitter(-0.1)],
    ]);
  });
});

describe('a sum of waits', () => {
  test('is made with plus, of functions too, also where a delay comes later', async () => {
    expect(
      await fixed(1)
        .plus(async () => 5, fixed(2))
        .delay(stateAt(1)),
    ).toBe(8);
  });

  test('of two that are as large as can be is not Infinity, which would give up', () => {
    const large = exponential();
    expect(large.plus(large).delay(stateAt(5000))).toBe(Number.MAX_VALUE);
    expect(fixed(Infinity).plus(large).delay(stateAt(1))).toBe(Infinity);
  });

  test('or a change of what is no delay is that, so that the engine refuses it', async () => {
    for (const wrong of [-1, NaN, '5', undefined] as number[]) {
      const own = chain(() => wrong);
      const waits = [fixed(1).plus(own), own.plus(fixed(1)), own.atLeast(3), own.cappedAt(3), own.withJitter(1)];
      expect(waits.map((each) => each.delay(stateAt(1)))).toEqual(waits.map(() => wrong));
      expect(await combine(() => Promise.resolve(wrong), fixed(Infinity)).delay(stateAt(1))).toBe(wrong);
    }
  });
});

test('chance comes from the state, and where a state made by hand has none from Math.random', () => {
  const byHand = { attemptNumber: 1 } as RetryCallState;
  const chance = jest.spyOn(Math, 'random').mockReturnValue(0.25);
  try {
    expect(random().delay(byHand)).toBe(250);
    expect(random().delay(stateAt(1, { random: () => 0 }))).toBe(0);
    expect(chance).toHaveBeenCalledTimes(1);
  } finally {
    chance.mockRestore();
  }
});

describe('a wait of your own', () => {
  class Squares extends WaitStrategy {
    delay({ attemptNumber }: { attemptNumber: number }): number {
      return attemptNumber ** 2;
    }
  }

  test('combines with other waits and with functions', () => {
    expect(delays(new Squares().plus(() => 1).cappedAt(6), 3)).toEqual([2, 5, 6]);
  });

  test('is of the family of waits, and has no form in JSON', () => {
    expect(new Squares().family).toBe('wait');
    expect(() => new Squares().toJSON()).toThrow(new TypeError('wait: new Squares() cannot be written as JSON'));
  });
});

describe('what is no wait is refused', () => {
  const takes = 'a wait strategy (wait.fixed(1000)) or a function of the call state';
  refuses([
    [new TypeError(`wait takes ${takes}, got 1000`), () => toWait('wait', 1000)],
    [new TypeError(`wait takes ${takes}, got the stop strategy stop.never`), () => toWait('wait', neverStop)],
    [new TypeError(`wait.plus takes ${takes}, got 5`), () => none().plus(any(5))],
  ]);
});
