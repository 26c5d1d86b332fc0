import {
  AttemptTimeoutError,
  Break,
  CircuitBreaker,
  CircuitBreakers,
  CircuitOpenError,
  PolicyError,
  Retry,
  stop,
  wait,
} from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { processContext, runAttempt, type RunningAttempt } from '../../lib/base/process-context.js';

const down = new Error('down');

function breakerOf(failures = 1): { breaker: CircuitBreaker; clock: VirtualClock } {
  const clock = new VirtualClock();
  return { breaker: new CircuitBreaker({ failures, clock, breakFor: wait.fixed(10_000) }), clock };
}

const running = (signal: AbortSignal, confirm = (): void => undefined): RunningAttempt => ({
  signal,
  remaining: () => 500,
  confirm,
});

describe('@Break', () => {
  test('runs the method within the breaker, with its this, arguments, name and length', async () => {
    const { breaker } = breakerOf();
    class Api {
      base = 10;

      @Break(breaker)
      async load(a: number, _b?: number): Promise<number> {
        if (a < 0) throw down;
        return this.base + a;
      }
    }
    const api = new Api();
    expect(await api.load(1)).toBe(11);
    expect([api.load.name, api.load.length]).toEqual(['load', 2]);
    await expect(api.load(-1)).rejects.toBe(down);
    await expect(api.load(1)).rejects.toThrow(CircuitOpenError);
  });

  test('asks the breaker for each attempt of the @Retry above it', async () => {
    const { breaker } = breakerOf(3);
    let calls = 0;
    class Api {
      @Retry({ stop: stop.afterAttempt(5), reraise: true })
      @Break(breaker)
      async load(): Promise<number> {
        calls += 1;
        throw down;
      }
    }
    await expect(new Api().load()).rejects.toThrow(CircuitOpenError);
    expect(calls).toBe(3);
  });

  test('asks the breaker of the key of { self, args }', async () => {
    const breakers = new CircuitBreakers<{ self: unknown; args: readonly unknown[] }>({
      key: ({ self, args }) => `${(self as Api).region}/${String(args[0])}`,
      breaker: () => ({ failures: 1 }),
    });
    class Api {
      constructor(readonly region: string) {}

      @Break(breakers)
      async load(_shop: string): Promise<void> {
        throw down;
      }
    }
    const api = new Api('eu');
    await expect(api.load('a')).rejects.toBe(down);
    await expect(api.load('a')).rejects.toThrow(CircuitOpenError);
    await expect(api.load('b')).rejects.toBe(down);
    expect(breakers.get('eu/a').state).toBe('open');
  });

  test('throws for a value that is not a breaker', () => {
    expect(() => Break({} as never)).toThrow('@Break takes a CircuitBreaker or CircuitBreakers, got an object');
  });
});

describe('An attempt within @Break', () => {
  /** A method within a breaker that hangs, and what is told to those below it. */
  function hanging(breaker: CircuitBreaker): { call: () => Promise<void>; below: () => RunningAttempt } {
    let seen: RunningAttempt | undefined;
    class Api {
      @Break(breaker)
      async load(): Promise<void> {
        seen = processContext.running;
        await new Promise(() => undefined);
      }
    }
    const api = new Api();
    return { call: () => api.load(), below: () => seen as RunningAttempt };
  }

  test('that attemptTimeout cuts off is a failure at that moment', () => {
    const { breaker } = breakerOf();
    const controller = new AbortController();
    void runAttempt(running(controller.signal), hanging(breaker).call);
    expect(breaker.state).toBe('closed');
    controller.abort(new AttemptTimeoutError('load', 1, 'attemptTimeout', 100));
    expect(breaker.state).toBe('open');
  });

  test.each([
    ['the deadline cuts off', new AttemptTimeoutError('load', 1, 'deadline', 100)],
    ['the caller aborts', new Error('enough')],
  ])('that %s is neutral', async (_what, reason) => {
    const { breaker, clock } = breakerOf();
    await breaker.run(() => Promise.reject(down)).catch(() => undefined);
    await clock.advance(10_000);
    const controller = new AbortController();
    void runAttempt(running(controller.signal), hanging(breaker).call);
    await expect(breaker.run(() => 7)).rejects.toThrow(CircuitOpenError);
    controller.abort(reason);
    // The probe's permit is free again.
    expect(await breaker.run(() => 7)).toBe(7);
  });

  test('that is cut off while it waits below is neutral', () => {
    const { breaker } = breakerOf();
    const controller = new AbortController();
    const waits: boolean[] = [];
    const outer = { ...running(controller.signal), waiting: (begins: boolean) => void waits.push(begins) };
    const { call, below } = hanging(breaker);
    void runAttempt(outer, call);
    below().waiting?.(true);
    expect(waits).toEqual([true]);
    controller.abort(new AttemptTimeoutError('load', 1, 'attemptTimeout', 100));
    expect(breaker.state).toBe('closed');
  });

  test('that has waited below, and is cut off then, is a failure', () => {
    const { breaker } = breakerOf();
    const controller = new AbortController();
    const { call, below } = hanging(breaker);
    void runAttempt(running(controller.signal), call);
    below().waiting?.(true);
    below().waiting?.(false);
    controller.abort(new AttemptTimeoutError('load', 1, 'attemptTimeout', 100));
    expect(breaker.state).toBe('open');
  });

  test('asks the breaker again when a wait below it is over, the one above it first', async () => {
    const { breaker, clock } = breakerOf();
    const confirm = jest.fn();
    const { call, below } = hanging(breaker);
    void runAttempt(running(new AbortController().signal, confirm), call);
    expect(below().remaining()).toBe(500);
    below().confirm();
    expect(confirm).toHaveBeenCalledTimes(1);
    await breaker.run(() => Promise.reject(down)).catch(() => undefined);
    expect(() => {
      below().confirm();
    }).toThrow(CircuitOpenError);
    await clock.advance(10_000);
    // What was refused holds no permit.
    expect(await breaker.run(() => 7)).toBe(7);
  });

  test('that was admitted by the closed breaker takes a permit of the half-open one when it starts later', async () => {
    const { breaker, clock } = breakerOf();
    const { call, below } = hanging(breaker);
    void call();
    await breaker.run(() => Promise.reject(down)).catch(() => undefined);
    await clock.advance(10_000);
    below().confirm();
    await expect(breaker.run(() => 7)).rejects.toThrow(CircuitOpenError);
  });

  test('without an attempt around it has no deadline', () => {
    const { call, below } = hanging(breakerOf().breaker);
    void call();
    expect(below().remaining()).toBe(Infinity);
    expect(below().signal).toBeUndefined();
  });
});

test('@Break whose key throws rejects with a PolicyError of breaker, and does not call the method', async () => {
  const wrong = new Error('no tenant');
  let calls = 0;
  class Api {
    @Break(
      new CircuitBreakers({
        key: () => {
          throw wrong;
        },
      }),
    )
    async load(): Promise<void> {
      calls += 1;
    }
  }
  const error = (await new Api().load().catch((thrown: unknown) => thrown)) as PolicyError;
  expect(error).toBeInstanceOf(PolicyError);
  expect(error).toMatchObject({ option: 'breaker', cause: wrong });
  expect(calls).toBe(0);
});

test('@Break names a method without a name anonymous in a PolicyError', async () => {
  const unnamed = Symbol();
  class Api {
    @Break(new CircuitBreakers({ key: () => 7 as never }))
    async [unnamed](): Promise<void> {}
  }
  const error = (await new Api()[unnamed]().catch((thrown: unknown) => thrown)) as PolicyError;
  expect(error.message).toContain('anonymous');
});
