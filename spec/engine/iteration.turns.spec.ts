import { RetryError, Retrying, stop, wait, type IteratedAttempt, type RetryOptions } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../thrown';
import { fails } from './fails';

/** Runs the loop with this body. */
async function loop(policy: Retrying, body: (attempt: IteratedAttempt) => unknown): Promise<void> {
  for await (const attempt of policy) await body(attempt);
}

const policies: [string, RetryOptions][] = [
  ['a policy', { stop: stop.afterAttempt(3) }],
  ['a policy that is not enabled', { stop: stop.afterAttempt(3), enabled: false }],
];

describe.each(policies)('A turn of the loop under %s', (_what, options) => {
  test('must make its attempt', async () => {
    expect(await thrown(loop(new Retrying(options), () => undefined))).toEqual(
      new TypeError('the body of the loop must call attempt.run() in every pass'),
    );
  });

  test('makes one attempt only', async () => {
    const twice = async (attempt: IteratedAttempt): Promise<void> => {
      await attempt.run(() => 1);
      await attempt.run(() => 2);
    };
    expect(await thrown(loop(new Retrying(options), twice))).toEqual(
      new TypeError('attempt.run may be called once in a pass of the loop'),
    );
  });

  test('hands itself to the function, and answers what that does', async () => {
    const answers: unknown[] = [];
    await loop(new Retrying(options), async (attempt) => {
      answers.push(await attempt.run(async (same) => [same === attempt, attempt.number]));
    });
    expect(answers).toEqual([[true, 1]]);
  });

  test('has a signal also where nothing can abort it, before its attempt, in it and after it', async () => {
    const signals: AbortSignal[] = [];
    await loop(new Retrying(options), async (attempt) => {
      signals.push(attempt.signal);
      await attempt.run(({ signal }) => signals.push(signal));
      signals.push(attempt.signal);
    });
    signals.push((await new Retrying({ enabled: false }).run((attempt) => attempt)).signal);
    expect(signals).toHaveLength(4);
    expect(signals.every((signal) => signal instanceof AbortSignal && !signal.aborted)).toBe(true);
    // Where nothing can abort it is the one that never does.
    expect(new Set([signals[0], signals[3]]).size).toBe(1);
  });

  test('tells of a call without arguments and without a function of its own', async () => {
    for (const name of [undefined, 'items']) {
      const seen: unknown[] = [];
      await loop(new Retrying({ ...options, name }), async (attempt) => {
        const { fnName, self, args, attemptNumber } = attempt.state;
        seen.push(fnName, self, args, attemptNumber);
        await attempt.run(() => undefined);
      });
      expect(seen).toEqual([name ?? 'anonymous', undefined, [], 1]);
    }
  });
});

describe('A loop', () => {
  test('ends with what the fallback puts in place of the failure', async () => {
    const answers: unknown[] = [];
    const policy = new Retrying({ stop: stop.afterAttempt(1), fallback: () => 'spare' });
    await loop(policy, async (attempt) => answers.push(await attempt.run(fails)));
    expect(answers).toEqual(['spare']);
  });

  test('counts as one call, and as a failed one where its body makes no attempt', async () => {
    const policy = new Retrying({ stop: stop.never });
    await thrown(loop(policy, () => undefined));
    expect(policy.totals).toEqual({ calls: 1, attempts: 0, retries: 0, succeeded: 0, failed: 1, idleFor: 0 });
  });

  test('counts a call that is given up once, whatever the body does with the rejection', async () => {
    const policy = new Retrying({ stop: stop.afterAttempt(2), wait: wait.fixed(5), sleep: async () => undefined });
    const error = await thrown(loop(policy, (attempt) => attempt.run(fails).catch(() => undefined)));
    expect(error).toBeInstanceOf(RetryError);
    expect(await thrown(loop(policy, (attempt) => attempt.run(fails)))).toBeInstanceOf(RetryError);
    expect(policy.totals).toEqual({ calls: 2, attempts: 4, retries: 2, succeeded: 0, failed: 2, idleFor: 10 });
  });

  test('has figures of its own from when it begins', async () => {
    const clock = new VirtualClock();
    await clock.advance(25);
    const policy = new Retrying({ stop: stop.never, clock });
    const turns = policy[Symbol.asyncIterator]();
    const { statistics } = policy;
    expect(statistics).toMatchObject({ startTime: 25, attemptNumber: 1 });
    const { value } = (await turns.next()) as { value: IteratedAttempt };
    await value.run(() => 1);
    expect(await turns.next()).toEqual({ done: true, value: undefined });
    expect(policy.statistics).toBe(statistics);
  });

  test('gives an attempt under a limit a signal of its own inside run, which aborts when it is cut off', async () => {
    const clock = new VirtualClock();
    const { signal } = new AbortController();
    const policy = new Retrying({ stop: stop.afterAttempt(1), attemptTimeout: 100, clock, signal });
    const signals: AbortSignal[] = [];
    const call = thrown(
      loop(policy, async (attempt) => {
        signals.push(attempt.signal);
        await attempt.run((same) => {
          signals.push(same.signal);
          return clock.sleep(1000);
        });
      }),
    );
    await clock.advance(100);
    await call;
    expect(signals[0]).toBe(signal);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  });

  test('fails with the fault of the policy that ends it', async () => {
    const fault = new Error('fault');
    const policy = new Retrying({
      stop: stop.never,
      sleep: () => Promise.reject(fault),
      wait: wait.fixed(5),
    });
    const error = await thrown(loop(policy, (attempt) => attempt.run(fails)));
    expect(error).toMatchObject({ option: 'sleep', cause: fault });
    expect(policy.totals).toMatchObject({ calls: 1, attempts: 1, failed: 1 });
  });
});
