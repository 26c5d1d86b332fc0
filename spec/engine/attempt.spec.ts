import { Retrying, stop, type Attempt, type RetryCallState, type RetryOptions } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { processContext, surroundAttempts } from '../../lib/base/process-context';

const failing = new Error('broken');
const ending = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

describe('The signal of an attempt', () => {
  const signalsOf = async (options: RetryOptions): Promise<AbortSignal[]> => {
    const signals: AbortSignal[] = [];
    const policy = new Retrying({ stop: stop.afterAttempt(2), ...options });
    await ending(
      policy.run(({ signal }) => {
        signals.push(signal);
        throw failing;
      }),
    );
    return signals;
  };

  test('is one and the same where nothing can abort', async () => {
    const [first, second] = await signalsOf({});
    const [other] = await signalsOf({ enabled: false });
    expect(first).toBeInstanceOf(AbortSignal);
    expect(first?.aborted).toBe(false);
    expect([second, other].every((signal) => signal === first)).toBe(true);
  });

  test('is the caller’s where there is no limit', async () => {
    const { signal } = new AbortController();
    expect(await signalsOf({ signal })).toEqual([signal, signal]);
    expect((await signalsOf({ signal: () => signal }))[0]).toBe(signal);
  });

  test('is of its own where it may be cut off, and stays what it was after the attempt', async () => {
    const { signal } = new AbortController();
    const attempts: Attempt[] = [];
    const policy = new Retrying({ stop: stop.afterAttempt(2), attemptTimeout: 100, signal, clock: new VirtualClock() });
    await ending(
      policy.run(async (attempt) => {
        attempts.push(attempt);
        expect(attempt.state.signal).toBe(attempt.signal);
        throw failing;
      }),
    );
    const [first, second] = attempts.map((attempt) => attempt.signal);
    expect([first === second, first === signal, second === signal]).toEqual([false, false, false]);
    expect(attempts[0]?.state.signal).toBe(signal);
  });

  test('is the running one while the function is begun', async () => {
    const { signal } = new AbortController();
    const seen = await new Retrying({ stop: stop.never, signal }).call(() => [processContext.running?.signal]);
    expect(seen).toEqual([signal]);
    expect(await new Retrying({ stop: stop.never }).run(() => [processContext.running?.signal])).toEqual([undefined]);
    expect(processContext.running?.signal).toBeUndefined();
  });

  test('is that of the attempt in which another call begins, where that has none of its own', async () => {
    const outer = new AbortController().signal;
    const inner = new AbortController().signal;
    const begin = (options: RetryOptions) => () =>
      new Retrying({ stop: stop.never, before: () => undefined, ...options }).call(() => [
        processContext.running?.signal,
      ]);
    const policy = new Retrying({ stop: stop.never, signal: outer });
    expect((await policy.call(begin({})))[0]).toBe(outer);
    expect((await policy.call(begin({ signal: inner })))[0]).toBe(inner);
  });
});

describe('The state’s signal', () => {
  test.each<[string, RetryOptions]>([
    ['attemptTimeout', { attemptTimeout: 100 }],
    ['deadline', { deadline: 100 }],
  ])('is the caller’s again after an attempt under %s, however it ended', async (_name, options) => {
    const clock = new VirtualClock();
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    const policy = new Retrying({
      stop: stop.afterAttempt(1),
      signal,
      clock,
      after: (state) => void seen.push(state.signal),
      ...options,
    });
    await ending(policy.call(() => Promise.reject(failing)));
    const late = ending(policy.call(() => clock.sleep(1000)));
    await clock.advance(1000);
    await late;
    expect(seen).toEqual([signal, signal]);
    expect(seen.every((each) => each === signal)).toBe(true);
  });

  test('aborts in a before hook when the deadline comes, and is the caller’s again then', async () => {
    const clock = new VirtualClock();
    const seen: (AbortSignal | undefined)[] = [];
    const note = ({ signal }: RetryCallState): void => void seen.push(signal);
    const before = [note, () => clock.sleep(1000)];
    const call = ending(new Retrying({ deadline: 100, clock, before, after: note }).call(() => undefined));
    await clock.advance(1000);
    await call;
    expect(seen.map((signal) => signal?.aborted)).toEqual([true, undefined]);
  });
});

describe('A scope around attempts', () => {
  test('is there for each attempt of a call, which gets its arguments and `this`', async () => {
    const attempts: unknown[] = [];
    const end = surroundAttempts((attempt, run) => {
      attempts.push(attempt);
      return run();
    });
    const owner = {
      load: new Retrying({ stop: stop.never }).wraps(function (this: unknown, ...args: unknown[]) {
        if (attempts.length < 2) throw failing;
        return [this, ...args];
      }),
    };
    const answer = await owner.load(1, 2);
    const handed = await new Retrying({ stop: stop.never }).run((attempt) => [attempt]);
    end();
    await owner.load();
    expect(answer).toEqual([owner, 1, 2]);
    expect(attempts.map((attempt) => (attempt as Attempt).number)).toEqual([1, 2, 1]);
    expect(handed[0]).toBe(attempts[2]);
  });
});
