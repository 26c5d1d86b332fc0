import { StopStrategy, stop, wait, WaitStrategy } from 'tenax';
import { attemptsNamed, canStop, isOwn, waysOn } from '../../lib/strategies/bounds';
import type { WayOn } from '../../lib/strategies/declaration';
import { toStop } from '../../lib/strategies/stop-strategy';
import type { Strategy } from '../../lib/strategies/strategy';

class OwnStop extends StopStrategy {
  override shouldStop(): boolean {
    return false;
  }
}

const aborted = stop.whenAborted(new AbortController().signal);

describe('Whether a stop can stop', () => {
  test.each<[StopStrategy, boolean]>([
    [stop.never, false],
    [aborted, false],
    [stop.whenAborted(AbortSignal.abort()), true],
    [stop.afterAttempt(3), true],
    [stop.afterDelay(3), true],
    [stop.any(stop.never, stop.afterDelay(3)), true],
    [stop.any(stop.never, aborted), false],
    [stop.all(stop.afterAttempt(3), stop.afterDelay(3)), true],
    [stop.all(stop.afterAttempt(3), stop.never), false],
    [stop.any(stop.all(stop.never, stop.afterDelay(3)), stop.never), false],
  ])('%s: %p', (strategy, can) => {
    expect(canStop(strategy)).toBe(can);
  });

  test('is assumed for a stop of the user’s', () => {
    expect(canStop(new OwnStop())).toBe(true);
    expect(canStop(toStop('stop', () => false))).toBe(true);
  });
});

describe('The attempts that a stop names', () => {
  test.each<[StopStrategy, number]>([
    [stop.never, 0],
    [stop.afterDelay(7), 0],
    [stop.afterAttempt(3), 3],
    [stop.any(stop.afterAttempt(3), stop.afterAttempt(5), stop.afterDelay(7)), 5],
    [stop.all(stop.afterAttempt(6), stop.afterDelay(7)), 6],
    [stop.any(stop.all(stop.afterAttempt(8), stop.never), stop.afterAttempt(2)), 8],
  ])('%s: %p', (strategy, attempts) => {
    expect(attemptsNamed(strategy)).toBe(attempts);
  });

  test('are 0 for a stop of the user’s', () => {
    expect(attemptsNamed(new OwnStop())).toBe(0);
    expect(attemptsNamed(toStop('stop', () => false))).toBe(0);
  });
});

class OwnWait extends WaitStrategy {
  override delay(): number {
    return 1;
  }
}

describe('Whether a strategy is of tenax’s own make', () => {
  test.each<[Strategy, boolean]>([
    [stop.any(stop.never, stop.afterDelay(3)), true],
    [stop.any(stop.never, () => false), false],
    [new OwnStop(), false],
    [wait.chain(wait.random(), wait.fixed(3).withJitter(1)), true],
    [wait.random().plus(() => 3), false],
    [wait.fixed(3).plus(new OwnWait()), false],
    [wait.exception(() => 3).cappedAt(2), false],
    [wait.retryAfter({ fallback: wait.none() }), true],
    [wait.retryAfter({ fallback: () => 3 }), false],
  ])('%s: %p', (strategy, own) => {
    expect(isOwn(strategy)).toBe(own);
  });
});

describe('The ways that a stop leaves open', () => {
  const way = (given: Partial<WayOn>): WayOn => ({ attempts: Infinity, start: Infinity, end: Infinity, ...given });

  test.each<[StopStrategy, WayOn[]]>([
    [stop.never, [way({})]],
    [new OwnStop(), [way({})]],
    [toStop('stop', () => true), [way({})]],
    [aborted, [way({})]],
    [stop.whenAborted(AbortSignal.abort()), []],
    [stop.any(stop.afterAttempt(3), stop.afterDelay(5), stop.afterDelay(4)), [way({ attempts: 3, start: 4 })]],
    [stop.all(stop.afterAttempt(3), stop.beforeDelay(5)), [way({ attempts: 3 }), way({ end: 5 })]],
    [
      stop.any(stop.all(stop.afterAttempt(3), stop.afterDelay(5)), stop.beforeDelay(7)),
      [way({ attempts: 3, end: 7 }), way({ start: 5, end: 7 })],
    ],
  ])('%s', (strategy, ways) => {
    expect(waysOn(strategy)).toEqual(ways);
  });
});
