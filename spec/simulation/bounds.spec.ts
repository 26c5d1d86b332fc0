import { StopStrategy, stop } from 'tenax';
import { attemptsNamed, canStop } from '../../lib/simulation/bounds';
import { toStop } from '../../lib/strategies/stop';

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

  test('is assumed of what the user wrote', () => {
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

  test('are none where the user wrote it', () => {
    expect(attemptsNamed(new OwnStop())).toBe(0);
    expect(attemptsNamed(toStop('stop', () => false))).toBe(0);
  });
});
