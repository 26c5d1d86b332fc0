import { StopStrategy, stop, type RetryCallState } from 'tenax';
import { stateAt } from './states';

const ask = (strategy: StopStrategy, state: RetryCallState) => strategy.shouldStop(state);

describe('stop', () => {
  test('never', () => {
    expect(ask(stop.never, stateAt(1e9, { elapsed: 1e15 }))).toBe(false);
  });

  test('afterAttempt: once so many attempts are made; 0, as 1, means one call', () => {
    expect([1, 2, 3, 4].map((n) => ask(stop.afterAttempt(3), stateAt(n)))).toEqual([false, false, true, true]);
    expect([0, 1].map((n) => ask(stop.afterAttempt(n), stateAt(1)))).toEqual([true, true]);
  });

  test('afterDelay: once so much time has passed; the last sleep may overrun', () => {
    const at = (elapsed: number) => ask(stop.afterDelay(100), stateAt(1, { elapsed, upcomingSleep: 1000 }));
    expect([99, 100, 101].map(at)).toEqual([false, true, true]);
  });

  test('beforeDelay: when the coming sleep would end then or later', () => {
    const at = (upcomingSleep: number) => ask(stop.beforeDelay(100), stateAt(1, { elapsed: 60, upcomingSleep }));
    expect([39, 40, 41].map(at)).toEqual([false, true, true]);
  });

  test('of the time since the call began is asked at the end of an attempt; before that no time has passed', () => {
    const running = stateAt(1, { upcomingSleep: 5 });
    running.ended = undefined;
    expect([0, 1].map((ms) => ask(stop.afterDelay(ms), running))).toEqual([true, false]);
    expect([5, 6].map((ms) => ask(stop.beforeDelay(ms), running))).toEqual([true, false]);
  });

  test('whenAborted: by the end of an attempt', () => {
    const controller = new AbortController();
    const strategy = stop.whenAborted(controller.signal);
    expect(ask(strategy, stateAt(1))).toBe(false);
    controller.abort();
    expect(ask(strategy, stateAt(1))).toBe(true);
  });

  test('any and all: in order, up to the first answer that decides; async ones too', async () => {
    const told: string[] = [];
    const says =
      (name: string, answer: boolean, later = false) =>
      () => {
        told.push(name);
        return later ? Promise.resolve(answer) : answer;
      };
    expect(ask(stop.any(says('a', false), says('b', true), says('c', true)), stateAt(1))).toBe(true);
    expect(await ask(stop.any(says('d', false, true), says('e', true, true), says('f', true)), stateAt(1))).toBe(true);
    expect(ask(stop.all(says('g', true), says('h', false), says('i', true)), stateAt(1))).toBe(false);
    expect(await ask(stop.all(says('j', true, true), says('k', false), says('l', true)), stateAt(1))).toBe(false);
    expect(told.join('')).toBe('abdeghjk');
  });

  test('takes strategies of one’s own, and functions on either side', () => {
    class Odd extends StopStrategy {
      shouldStop({ attemptNumber }: RetryCallState): boolean {
        return attemptNumber % 2 === 1;
      }
    }
    const odd = new Odd();
    expect(odd.family).toBe('stop');
    expect(
      [1, 2, 3].map((n) =>
        ask(
          odd.or((state) => state.attemptNumber === 2),
          stateAt(n),
        ),
      ),
    ).toEqual([true, true, true]);
    expect([1, 2, 3].map((n) => ask(odd.and(stop.afterAttempt(3)), stateAt(n)))).toEqual([false, false, true]);
  });
});
