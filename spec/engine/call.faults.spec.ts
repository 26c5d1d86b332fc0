import { PolicyError, RetryError, Retrying, retryIf, stop, wait, type RetryCallState, type RetryOptions } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../thrown';

const fault = new Error('fault');
const failure = new Error('broken');
const faulty = (): never => {
  throw fault;
};
async function load(): Promise<never> {
  throw failure;
}

const options: [string, RetryOptions<any>, unknown][] = [
  ['before', { before: faulty }, undefined],
  ['retryIf', { retryIf: faulty }, failure],
  ['after', { after: faulty }, failure],
  ['wait', { wait: faulty }, failure],
  ['stop', { stop: faulty }, failure],
  ['beforeSleep', { beforeSleep: faulty }, failure],
  ['sleep', { sleep: faulty, wait: wait.fixed(5) }, failure],
  ['onGiveUp', { onGiveUp: faulty, retryIf: retryIf.never }, failure],
];

describe('What a part of the policy throws', () => {
  test.each(options)('comes with the name of the option: %s', async (option, given, attemptError) => {
    const retrying = new Retrying({ stop: stop.afterAttempt(3), ...given });
    const later = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [key, value === faulty ? async () => faulty() : value]),
    );
    for (const policy of [retrying, retrying.copy(later)]) {
      const error = await thrown<PolicyError>(policy.call(load));
      expect(error).toBeInstanceOf(PolicyError);
      expect(error.message).toBe(`${option} threw during a call of load: Error: fault`);
      expect([error.option, error.cause, error.attemptError]).toEqual([option, fault, attemptError]);
      expect(policy.totals).toMatchObject({ calls: 1, attempts: 1, succeeded: 0, failed: 1 });
    }
  });

  test('leaves nothing of the attempt behind where that had succeeded', async () => {
    for (const given of [{ onSuccess: faulty }, { retryIf: faulty }, { sleep: faulty, retryIf: retryIf.always }]) {
      const error = await thrown<PolicyError>(new Retrying({ stop: stop.never, ...given }).call(() => 'value'));
      expect([error.cause, error.attemptError]).toEqual([fault, undefined]);
    }
  });

  test('is told beside the error of the attempt that failed last, when the sleep after it failed', async () => {
    let made = 0;
    const sleep = async (): Promise<void> => {
      if (made > 1) faulty();
    };
    const error = await thrown<PolicyError>(
      new Retrying({ stop: stop.never, sleep }).call(() => {
        made += 1;
        throw new Error(`failure ${made}`);
      }),
    );
    expect(error.attemptError).toEqual(new Error('failure 2'));
  });

  test.each<[string, RetryOptions]>([
    ['nothing else', {}],
    ['a deadline', { deadline: 60_000 }],
  ])('of before is told beside the error of the attempt before: under %s', async (_what, given) => {
    for (const before of [
      ({ attemptNumber }: RetryCallState) => (attemptNumber === 3 ? faulty() : undefined),
      async ({ attemptNumber }: RetryCallState) => (attemptNumber === 3 ? faulty() : undefined),
    ]) {
      let made = 0;
      const policy = new Retrying({ stop: stop.never, clock: new VirtualClock(), before, ...given });
      const error = await thrown<PolicyError>(policy.call(() => Promise.reject(new Error(`failure ${(made += 1)}`))));
      expect([error.option, error.cause, error.attemptError]).toEqual(['before', fault, new Error('failure 2')]);
    }
  });

  test.each<[string, RetryOptions, unknown]>([
    ['is given up', { stop: stop.afterAttempt(1) }, failure],
    ['is given up with reraise', { stop: stop.afterAttempt(1), reraise: true }, failure],
    ['fails with another fault of the policy', { stop: stop.never, wait: faulty }, failure],
  ])('of onGiveUp is told beside the error of the attempt, where the call %s', async (_how, given, attemptError) => {
    const error = await thrown<PolicyError>(new Retrying({ ...given, onGiveUp: faulty }).call(load));
    expect([error.option, error.attemptError]).toEqual(['onGiveUp', attemptError]);
  });

  test('of onGiveUp is told beside what the call would have failed with, where the attempt had answered a value', async () => {
    const policy = new Retrying({ stop: stop.afterAttempt(1), retryIf: retryIf.always, onGiveUp: faulty });
    const error = await thrown<PolicyError>(policy.call(() => 'value'));
    expect(error.option).toBe('onGiveUp');
    expect(error.attemptError).toBeInstanceOf(RetryError);
    expect(error.attemptError).toMatchObject({ lastAttempt: { value: 'value' } });
  });

  test('of signal: the function is not called', async () => {
    const fn = jest.fn();
    const policy = new Retrying({ stop: stop.never, signal: faulty });
    expect(await thrown(policy.call(fn))).toMatchObject({ option: 'signal', cause: fault });
    expect(fn).not.toHaveBeenCalled();
    expect(policy.totals).toMatchObject({ calls: 1, attempts: 0, failed: 1 });
    expect(policy.statistics).toBeUndefined();
  });

  test('is not tried again', async () => {
    const fn = jest.fn(load);
    await thrown(new Retrying({ stop: faulty, retryIf: retryIf.always }).call(fn));
    expect(fn).toHaveBeenCalledTimes(1);
  });
});

describe('An answer that is none', () => {
  test.each<[unknown, string]>([
    [Number.NaN, 'NaN'],
    [-1, '-1'],
    ['5', '"5"'],
    [undefined, 'undefined'],
    [null, 'null'],
    [wait.fixed(5), 'an instance of WaitStrategy'],
  ])('of wait is refused: %p', async (delay, shown) => {
    for (const answer of [() => delay, async () => delay]) {
      const error = await thrown(new Retrying({ stop: stop.never, wait: answer as never }).call(load));
      expect(error).toEqual(new RangeError(`wait must return milliseconds (a number ≥ 0), got ${shown}`));
      expect(error.cause).toBe(failure);
    }
  });

  test('of wait has no cause after a value', async () => {
    const policy = new Retrying({ stop: stop.never, retryIf: retryIf.always, wait: () => -1 });
    expect((await thrown(policy.call(() => 'value'))).cause).toBeUndefined();
  });

  test.each<[string, RetryOptions<any>]>([
    ['stop', { stop: () => stop.never as never }],
    ['retryIf', { stop: stop.never, retryIf: () => retryIf.never as never }],
  ])('of %s is refused: a strategy', async (option, given) => {
    const error = await thrown(new Retrying(given).call(load));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(
      new RegExp(
        `^${option} must return true or false, got an instance of \\w+; was a factory given without calling it\\?$`,
      ),
    );
  });

  test.each([
    [0, 1],
    [undefined, 1],
    [null, 1],
    ['', 1],
    ['yes', 3],
    [1, 3],
  ])('but true or false, of retryIf, counts as it would in an if: %p', async (answer, attempts) => {
    const policy = new Retrying({ stop: stop.afterAttempt(3), retryIf: () => answer as never });
    const error = await thrown(policy.call(load));
    expect(error.cause ?? error).toBe(failure);
    expect(policy.totals.attempts).toBe(attempts);
  });

  test.each([0, 0.5, 3])('a delay of %p is one', async (delay) => {
    const slept: number[] = [];
    const sleep = async (ms: number): Promise<void> => void slept.push(ms);
    await thrown(new Retrying({ stop: stop.afterAttempt(2), wait: () => delay, sleep }).call(load));
    expect(slept).toEqual([delay]);
  });
});
