import { StopStrategy, WaitStrategy, retryIf, stop, wait } from 'tenax';
import type { Traits } from '../../lib/strategies/declaration';
import { firstTrait, traitOf, type Strategy } from '../../lib/strategies/strategy';
import { toStop } from '../../lib/strategies/stop-strategy';

class OwnStop extends StopStrategy {
  override shouldStop(): boolean {
    return true;
  }
}
class OwnWait extends WaitStrategy {
  override delay(): number {
    return 1;
  }
}

describe('without being asked, a strategy tells', () => {
  test.each<[Strategy, keyof Traits, unknown]>([
    [stop.afterAttempt(3), 'ways', [{ attempts: 3 }]],
    [stop.afterDelay(5), 'ways', [{ start: 5 }]],
    [stop.beforeDelay(5), 'ways', [{ end: 5 }]],
    [stop.whenAborted(new AbortController().signal), 'ways', [{}]],
    [stop.whenAborted(AbortSignal.abort()), 'ways', []],
    [stop.any(stop.afterDelay(5)), 'ways', undefined],
    [wait.retryAfter(), 'jittered', true],
    [wait.retryAfter({ fallback: wait.fixed(5) }), 'jittered', false],
    [wait.retryAfter({ max: 7 }), 'serverTimeCap', 7],
    [new OwnStop(), 'ways', undefined],
    [new OwnWait(), 'grows', undefined],
  ])('%s: %s', (strategy, trait, fact) => {
    expect(traitOf(strategy, trait)).toEqual(fact);
  });
});

describe('the first fact that is known', () => {
  test.each<[Strategy, number | undefined]>([
    [wait.retryAfter({ max: 7 }), 7],
    [wait.fixed(1).plus(wait.retryAfter({ max: 7 }), wait.retryAfter({ max: 8 })), 7],
    [wait.retryAfter({ max: 7, fallback: wait.retryAfter({ max: 8 }) }).cappedAt(5), 7],
    [wait.fixed(1).plus(() => 5), undefined],
    [new OwnWait(), undefined],
  ])('of %s: %s', (strategy, cap) => {
    expect(firstTrait(strategy, 'serverTimeCap')).toBe(cap);
  });
});

describe('whether a strategy looks at the time', () => {
  test.each<[Strategy, boolean]>([
    [stop.afterAttempt(3), false],
    [stop.afterDelay(3), true],
    [stop.any(stop.afterAttempt(3), stop.afterDelay(3)), true],
    [wait.retryAfter({ fallback: wait.fixed(5) }), false],
    [new OwnStop(), true],
    [toStop('stop', () => true), true],
    [stop.any(stop.never, () => true), true],
    [wait.fixed(5).plus(new OwnWait()), true],
    [wait.retryAfter({ fallback: () => 5 }), true],
    [retryIf.always.not(), false],
    [retryIf.always.and(() => true).not(), true],
  ])('%s: %p', (strategy, reads) => {
    expect(strategy.readsClock).toBe(reads);
  });
});
