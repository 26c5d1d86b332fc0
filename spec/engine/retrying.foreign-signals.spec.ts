import { Retrying, stop, TokenBucket, wait } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { retryingFetch } from 'tenax/http';
import { thrown } from '../thrown';

/** A signal as that of React Native: without `reason`, without `throwIfAborted`. */
function oldSignal(): { signal: AbortSignal; abort: () => void } {
  const listeners = new Set<() => void>();
  const signal = {
    aborted: false,
    addEventListener: (_event: string, listener: () => void) => void listeners.add(listener),
    removeEventListener: (_event: string, listener: () => void) => void listeners.delete(listener),
  };
  const abort = (): void => {
    signal.aborted = true;
    for (const listener of listeners) listener();
  };
  return { signal: signal as unknown as AbortSignal, abort };
}

const aborted = expect.objectContaining({ name: 'AbortError', message: 'This operation was aborted' });

describe('a signal without a reason', () => {
  test.each<[string, object, () => Promise<unknown>]>([
    ['a backoff', { wait: wait.fixed(60_000) }, () => Promise.reject(new Error('busy'))],
    ['an attempt', {}, () => new Promise(() => undefined)],
    ['an attempt with a timeout', { attemptTimeout: 60_000 }, () => new Promise(() => undefined)],
    [
      'a wait for a limiter',
      { limiter: new TokenBucket({ rate: 0, initial: 0, clock: new VirtualClock() }) },
      async () => 1,
    ],
  ])('ends %s with an AbortError', async (_where, options, work) => {
    const { signal, abort } = oldSignal();
    const pending = thrown(new Retrying({ stop: stop.afterAttempt(3), ...options, signal }).run(work));
    await new Promise((resolve) => setImmediate(resolve));
    abort();
    expect(await pending).toEqual(aborted);
  });

  test('ends a call before it begins', async () => {
    const { signal, abort } = oldSignal();
    abort();
    const work = jest.fn();
    expect(await thrown(new Retrying({ stop: stop.never, signal }).run(work))).toEqual(aborted);
    expect(work).not.toHaveBeenCalled();
  });

  test('ends a fetch of the platform', async () => {
    const { signal, abort } = oldSignal();
    let inner: AbortSignal | null | undefined;
    const fetch = retryingFetch({}, (_input, init) => new Promise(() => void (inner = init?.signal)));
    const pending = thrown(fetch('http://api.test/', { signal }));
    await new Promise((resolve) => setImmediate(resolve));
    abort();
    expect(await pending).toEqual(aborted);
    expect(inner).toBeInstanceOf(AbortSignal);
    expect(inner?.aborted).toBe(true);
  });
});
