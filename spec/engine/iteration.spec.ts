import { RetryError, Retrying, retryIf, stop, wait, type IteratedAttempt } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { fails } from './fails';

const thrice = { stop: stop.afterAttempt(3) };

describe('for await (const attempt of retrying)', () => {
  test('runs its body once an attempt, until one succeeds', async () => {
    const policy = new Retrying(thrice);
    const seen: unknown[] = [];
    for await (const attempt of policy) {
      const answer = await attempt.run(async () => (attempt.number < 3 ? fails() : 'done'));
      seen.push([attempt.number, answer]);
    }
    expect(seen).toEqual([
      [1, undefined],
      [2, undefined],
      [3, 'done'],
    ]);
    expect(policy.statistics).toMatchObject({ attemptNumber: 3 });
    expect(policy.totals).toMatchObject({ calls: 1, attempts: 3, retries: 2, succeeded: 1, failed: 0 });
  });

  test('rejects with what the call fails with, in the body and out of the loop', async () => {
    const errors: unknown[] = [];
    const loop = async (): Promise<void> => {
      for await (const attempt of new Retrying(thrice)) {
        await attempt.run(fails).catch((error: unknown) => {
          errors.push(error);
        });
      }
    };
    const error: unknown = await loop().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RetryError);
    expect(errors).toEqual([error]);
  });

  test('fails alone where the body does not await its attempt', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const loop = async (): Promise<void> => {
      for await (const attempt of new Retrying(thrice)) void attempt.run(fails);
    };
    await expect(loop()).rejects.toBeInstanceOf(RetryError);
    await new Promise(setImmediate);
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('just ends where retryErrorCallback answers', async () => {
    const answers: unknown[] = [];
    for await (const attempt of new Retrying({ ...thrice, retryErrorCallback: () => 'instead' })) {
      answers.push(await attempt.run(fails));
    }
    expect(answers).toEqual([undefined, undefined, 'instead']);
  });

  test('may be left early, which leaves nothing behind', async () => {
    const clock = new VirtualClock();
    const { signal } = new AbortController();
    const policy = new Retrying({ wait: wait.fixed(10), clock, signal });
    for await (const attempt of policy) {
      await attempt.run(fails);
      break;
    }
    expect(clock.pending).toBe(0);
    expect(policy.totals).toMatchObject({ calls: 1, attempts: 1, succeeded: 0, failed: 0 });
  });

  test('judges values too, and makes sync functions async', async () => {
    let n = 0;
    for await (const attempt of new Retrying({ ...thrice, retryIf: retryIf.result((value) => value !== 2) })) {
      await attempt.run(() => (n += 1));
    }
    expect(n).toBe(2);
  });

  test('refuses a body that makes no attempt, or two', async () => {
    const policy = new Retrying(thrice);
    const none = async (): Promise<void> => {
      for await (const { number } of policy) expect(number).toBe(1);
    };
    await expect(none()).rejects.toThrow('must call attempt.run()');
    const two = async (): Promise<void> => {
      for await (const attempt of policy) {
        await attempt.run(() => 1);
        await attempt.run(() => 1);
      }
    };
    await expect(two()).rejects.toThrow('may be called once');
  });

  test('hands the attempt, its signal and its state', async () => {
    const attempts: IteratedAttempt[] = [];
    for await (const attempt of new Retrying({ ...thrice, attemptTimeout: 1000 })) {
      await attempt.run(async (same) => {
        expect(same).toBe(attempt);
        expect(attempt.signal).toBeInstanceOf(AbortSignal);
        expect(attempt.state.attemptNumber).toBe(attempt.number);
        attempts.push(attempt);
      });
    }
    expect(attempts).toHaveLength(1);
  });

  test('makes one plain attempt where the policy is not enabled', async () => {
    const policy = new Retrying({ ...thrice, enabled: false });
    const broken = new Error('plain');
    let turns = 0;
    const loop = async (): Promise<void> => {
      for await (const attempt of policy) {
        turns += 1;
        await attempt.run(() => Promise.reject(broken));
      }
    };
    await expect(loop()).rejects.toBe(broken);
    expect(turns).toBe(1);
    expect(policy.statistics).toBeUndefined();
  });
});

test.each([
  [5, 'attempt.run takes a function of the attempt, got 5'],
  [undefined, 'attempt.run takes a function of the attempt, got undefined'],
  [
    function* items() {
      yield 1;
    },
    'attempt.run takes functions that return a value or a Promise, got the generator function items; use retryStream or @RetryStream for streams',
  ],
])('attempt.run refuses %p at once, without an attempt', async (fn, message) => {
  const policy = new Retrying(thrice);
  const loop = async (): Promise<void> => {
    for await (const attempt of policy) await attempt.run(fn as never);
  };
  await expect(loop()).rejects.toThrow(new TypeError(message));
});
