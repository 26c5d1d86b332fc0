import { TokenBucket, after, before, beforeSleep, retryIf, stop, wait, StopStrategy } from 'tenax';
import { policyFromJSON } from 'tenax/json';
import { RateLimitError, retryIfHttp } from 'tenax/http';
import * as tenax from 'tenax';
import { toHook } from '../../lib/strategies/hook';

class OwnError extends Error {}

/** Each prints as the code on its right; the code, run, makes the same strategy again. */
const printed: [{ toString(): string; toJSON(): unknown }, string][] = [
  [stop.never, 'stop.never'],
  [stop.afterAttempt(6), 'stop.afterAttempt(6)'],
  [stop.afterDelay(30_000), 'stop.afterDelay(30000)'],
  [stop.beforeDelay(0.5), 'stop.beforeDelay(0.5)'],
  [stop.any(stop.afterAttempt(1), stop.afterDelay(2)), 'stop.any(stop.afterAttempt(1), stop.afterDelay(2))'],
  [stop.afterAttempt(1).or(stop.never).or(stop.never), 'stop.any(stop.afterAttempt(1), stop.never, stop.never)'],
  [stop.never.and(stop.never).or(stop.never), 'stop.any(stop.all(stop.never, stop.never), stop.never)'],
  [wait.none(), 'wait.none()'],
  [wait.fixed(5), 'wait.fixed(5)'],
  [wait.random(), 'wait.random()'],
  [wait.random({ max: 5 }), 'wait.random({ max: 5 })'],
  [wait.incrementing({ increment: -5 }), 'wait.incrementing({ increment: -5 })'],
  [wait.exponential({ initial: 1, max: 2 }), 'wait.exponential({ initial: 1, max: 2 })'],
  [wait.fullJitter({}), 'wait.fullJitter()'],
  [wait.randomExponential({ min: 1 }), 'wait.randomExponential({ min: 1 })'],
  [wait.exponentialJitter({ jitter: 1 }), 'wait.exponentialJitter({ jitter: 1 })'],
  [wait.decorrelatedJitter({ base: 1 }), 'wait.decorrelatedJitter({ base: 1 })'],
  [wait.fibonacci({ initial: 1 }), 'wait.fibonacci({ initial: 1 })'],
  [wait.chain(wait.none(), wait.fixed(1)), 'wait.chain(wait.none(), wait.fixed(1))'],
  [wait.fixed(1).plus(wait.fixed(2)), 'wait.combine(wait.fixed(1), wait.fixed(2))'],
  [wait.retryAfter(), 'wait.retryAfter()'],
  [wait.retryAfter({ max: 5, fallback: wait.fixed(1) }), 'wait.retryAfter({ max: 5, fallback: wait.fixed(1) })'],
  [wait.fixed(9).cappedAt(5).atLeast(1).withJitter(0.5), 'wait.fixed(9).cappedAt(5).atLeast(1).withJitter(0.5)'],
  [retryIf.always, 'retryIf.always'],
  [retryIf.never.not(), 'retryIf.never.not()'],
  [retryIf.exception(), 'retryIf.exception()'],
  [retryIf.exceptionType(), 'retryIf.exceptionType()'],
  [retryIf.exceptionType(TypeError, OwnError), 'retryIf.exceptionType(TypeError, OwnError)'],
  [retryIf.notExceptionType(RateLimitError), 'retryIf.notExceptionType(RateLimitError)'],
  [retryIf.unlessExceptionType(TypeError), 'retryIf.unlessExceptionType(TypeError)'],
  [retryIf.exceptionCauseType(TypeError), 'retryIf.exceptionCauseType(TypeError)'],
  [retryIf.exceptionMessage({ message: "it's\n" }), "retryIf.exceptionMessage({ message: 'it\\'s\\n' })"],
  [retryIf.notExceptionMessage({ match: /a\/b/gi }), 'retryIf.notExceptionMessage({ match: /a\\/b/gi })'],
  [retryIf.any(retryIf.always, retryIf.never), 'retryIf.any(retryIf.always, retryIf.never)'],
  [retryIf.all(retryIf.always), 'retryIf.all(retryIf.always)'],
  [retryIfHttp.status(429, '5xx'), "retryIfHttp.status(429, '5xx')"],
  [retryIfHttp.networkError(), 'retryIfHttp.networkError()'],
];

describe('a strategy', () => {
  test.each(printed.map(([strategy, code]) => [code, strategy] as const))(
    'prints as %s, and that code makes it',
    (code, strategy) => {
      expect(String(strategy)).toBe(code);
      const scope = { ...tenax, retryIfHttp, OwnError, RateLimitError };
      // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the printed code is run, which is what is claimed of it
      const run = new Function(...Object.keys(scope), `return ${code};`) as (...args: unknown[]) => unknown;
      const again = run(...Object.values(scope)) as typeof strategy;
      expect(String(again)).toBe(code);
      expect(again.toJSON()).toEqual(strategy.toJSON());
    },
  );

  test.each(printed.map(([strategy, code]) => [code, strategy] as const))(
    'turns into JSON and back: %s',
    (code, strategy) => {
      const option = code.startsWith('stop') ? 'stop' : code.startsWith('wait') ? 'wait' : 'retryIf';
      const json: unknown = JSON.parse(JSON.stringify({ [option]: strategy }));
      const read = policyFromJSON(json, { exceptionTypes: [OwnError] });
      expect(String(read[option])).toBe(code);
      expect(JSON.parse(JSON.stringify(read))).toEqual(json);
    },
  );

  test('made by and() is one list with what it is put beside', () => {
    expect(String(stop.never.and(stop.afterAttempt(1)).and(stop.never))).toBe(
      'stop.all(stop.never, stop.afterAttempt(1), stop.never)',
    );
    expect(String(retryIf.never.and(retryIf.always).and(retryIf.never))).toBe(
      'retryIf.all(retryIf.never, retryIf.always, retryIf.never)',
    );
  });

  test('of one member is a list in JSON as well, and of its own kind is no list in a list', () => {
    expect(stop.any(stop.never).toJSON()).toEqual({ any: [{ never: {} }] });
    expect(wait.chain(wait.fixed(1)).toJSON()).toEqual({ chain: [{ fixed: 1 }] });
    expect(wait.combine(wait.combine(wait.fixed(1))).toJSON()).toEqual({ combine: [{ fixed: 1 }] });
    expect(retryIfHttp.status(429).toJSON()).toEqual({ status: [429] });
  });

  test('that JSON has no number for is written as the same strategy', () => {
    expect(wait.exponential({ initial: 5, max: Infinity }).toJSON()).toEqual({ exponential: { initial: 5 } });
    expect(wait.retryAfter({ max: Infinity }).toJSON()).toEqual({ retryAfter: { max: Number.MAX_VALUE } });
    expect(() => wait.fixed(Infinity).toJSON()).toThrow(TypeError);
  });

  test('of functions prints their names, and says that JSON cannot hold them', () => {
    const isBusy = (): boolean => true;
    const anonymous = [() => true][0] as () => boolean;
    expect(String(retryIf.exception(isBusy))).toBe('retryIf.exception(isBusy)');
    expect(String(stop.any(isBusy, anonymous))).toBe('stop.any(isBusy, (state) => …)');
    expect(String(retryIfHttp.response(isBusy))).toBe('retryIfHttp.response(isBusy)');
    expect(String(retryIf.result(isBusy))).toBe('retryIf.result(isBusy)');
    expect(String(retryIf.notResult(isBusy))).toBe('retryIf.notResult(isBusy)');
    expect(String(wait.exception(Number))).toBe('wait.exception(Number)');
    expect(String(stop.whenAborted(new AbortController().signal))).toBe('stop.whenAborted(abortSignal)');
    for (const strategy of [
      retryIf.exception(isBusy),
      retryIf.result(isBusy),
      stop.any(isBusy),
      wait.exception(() => 1),
    ]) {
      expect(() => strategy.toJSON()).toThrow(TypeError);
    }
    expect(() => retryIfHttp.response(isBusy).toJSON()).toThrow('retryIfHttp.response');
    expect(() => toHook('before', isBusy).toJSON()).toThrow('hook: isBusy cannot be written as JSON');
  });

  test('of one’s own prints its class', () => {
    class Odd extends StopStrategy {
      shouldStop(): boolean {
        return true;
      }
    }
    expect(String(new Odd().or(stop.never))).toBe('stop.any(new Odd(), stop.never)');
    expect(() => new Odd().toJSON()).toThrow('new Odd() cannot be written as JSON');
  });

  test('that is a hook prints what it does with what', () => {
    const bucket = new TokenBucket({ rate: 1 });
    expect(String(before.acquire(bucket, 2))).toBe('before.acquire(tokenBucket, 2)');
    expect(String(before.nothing)).toBe('before.nothing');
    expect(String(after.nothing.and(beforeSleep.nothing))).toBe('after.nothing.and(beforeSleep.nothing)');
    expect(() => before.acquire(bucket).toJSON()).toThrow(TypeError);
  });
});
