import { CircuitBreaker, type CircuitBreakerOptions, wait } from 'tenax';
import { VirtualClock } from 'tenax/testing';

/** A breaker on a virtual clock, whose breaks last 10 s, 20 s, 40 s … without jitter. */
export function breakerOf(options: CircuitBreakerOptions = {}): { breaker: CircuitBreaker; clock: VirtualClock } {
  const clock = (options.clock as VirtualClock | undefined) ?? new VirtualClock();
  const breakFor = wait.exponential({ initial: 10_000, max: 300_000 });
  return { breaker: new CircuitBreaker({ breakFor, ...options, clock }), clock };
}

export const down = new Error('down');

/** Calls that fail, one after the other. */
export async function fail(breaker: CircuitBreaker, times = 1, error: unknown = down): Promise<void> {
  for (let i = 0; i < times; i += 1) await settled(breaker.run(() => Promise.reject(error as Error)));
}

/** Calls that succeed, one after the other. */
export async function succeed(breaker: CircuitBreaker, times = 1, value: unknown = 'done'): Promise<void> {
  for (let i = 0; i < times; i += 1) await settled(breaker.run(() => value));
}

/** What a promise settles with. */
export const settled = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => value,
    (error: unknown) => error,
  );

/** A call that is in progress until it is told how to end. */
export interface OpenCall {
  readonly ended: Promise<unknown>;
  resolve(value?: unknown): Promise<void>;
  reject(error?: unknown): Promise<void>;
}

export function begin(breaker: CircuitBreaker, signal?: AbortSignal): OpenCall {
  let resolve: (value: unknown) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const work = new Promise((res, rej) => {
    resolve = res;
    reject = rej;
  });
  const ended = settled(breaker.run(() => work, signal === undefined ? {} : { signal }));
  return {
    ended,
    resolve: async (value) => {
      resolve(value);
      await ended;
    },
    reject: async (error = down) => {
      reject(error);
      await ended;
    },
  };
}
