import { ConcurrencyLimiter, before, retryIf, retryStream, stop } from 'tenax';
import { currentAttempt } from 'tenax/context';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../thrown';
import { breakingSource, broken, endlessSource, read, soon, three } from './streams';

describe('The signal of an attempt of a stream', () => {
  /** The signals of the attempts. */
  function noting(source: () => AsyncIterable<number> | Promise<never>) {
    const signals: AbortSignal[] = [];
    const fn = (): AsyncIterable<number> | Promise<never> => {
      signals.push(currentAttempt()!.signal);
      return source();
    };
    return { signals, fn: fn as () => AsyncIterable<number> };
  }

  test('does not abort where the source ends, or where none was opened', async () => {
    const ended = noting(three);
    await read(retryStream(ended.fn, { stop: stop.never })());
    const failed = noting(() => Promise.reject(broken));
    await thrown(read(retryStream(failed.fn, { stop: stop.afterAttempt(2) })()));
    expect([...ended.signals, ...failed.signals].map(({ aborted }) => aborted)).toEqual([false, false, false]);
  });

  test.each([{}, { attemptTimeout: 1000, clock: new VirtualClock() }])(
    'aborts where the consumer leaves: %j',
    async (options) => {
      const { signals, fn } = noting(three);
      const stream = retryStream(fn, { stop: stop.never, ...options })();
      await stream.next();
      await stream.return();
      expect(signals[0]?.reason).toMatchObject({ name: 'AbortError', message: 'the stream was left' });
    },
  );
});

describe('A stream that is left', () => {
  test('aborts the attempt that opens a source, and closes a source that comes later', async () => {
    const { items, done } = endlessSource();
    let open!: (items: AsyncIterable<number>) => void;
    let signal!: AbortSignal;
    const stream = retryStream(
      () => {
        signal = currentAttempt()!.signal;
        return new Promise<AsyncIterable<number>>((resolve) => (open = resolve));
      },
      { stop: stop.never },
    )();
    const pending = stream.next();
    await soon();
    await stream.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(signal.aborted).toBe(true);
    open(items);
    await soon();
    expect(done).toEqual({ reads: 0, closes: 1 });
  });
});

describe('The limits of a retried stream', () => {
  test('hold a slot until the source has ended', async () => {
    const limiter = new ConcurrencyLimiter({ limit: 1 });
    const { numbers } = breakingSource(2, []);
    const items = retryStream(numbers, { stop: stop.never, limiter })();
    await items.next();
    expect(limiter.inFlight).toBe(1);
    await items.next();
    await items.next();
    expect(limiter.inFlight).toBe(0);
  });

  test('are free again when the consumer leaves, and settle only a stream that ended', async () => {
    const settle = jest.fn(() => undefined);
    const limiter = new ConcurrencyLimiter({ limit: 1 });
    const stream = retryStream(breakingSource(3, []).numbers, { stop: stop.never, limiter: { limiter, settle } });
    const items = stream();
    await items.next();
    await items.return();
    expect([limiter.inFlight, settle.mock.calls.length]).toEqual([0, 0]);
    await read(stream());
    expect(settle).toHaveBeenCalledTimes(1);
    expect((settle.mock.calls as unknown[][])[0]?.[0]).toBe(3);
  });
});

test('A first item that retryIf refuses frees the slot of its attempt, and settles it', async () => {
  const settle = jest.fn();
  const limiter = new ConcurrencyLimiter({ limit: 1 });
  let tries = 0;
  const stream = retryStream(
    async function* () {
      yield (tries += 1);
    },
    { stop: stop.afterAttempt(3), retryIf: retryIf.result((n) => n < 3), limiter: { limiter, settle } },
  );
  expect((await stream().next()).value).toBe(3);
  expect(settle.mock.calls.map(([item]) => item as number)).toEqual([1, 2]);
});

test('A gate that holds its permit learns how an attempt failed before the next one, or before the end', async () => {
  const told: unknown[] = [];
  const gate = before.admit({
    admit: () => {
      told.push('admit');
      return {
        held: true,
        cancel: jest.fn(),
        leave: () => void told.push('leave'),
        end: ({ failed }) => void told.push(failed),
      };
    },
  });
  const fn = (): never => {
    throw broken;
  };
  await thrown(retryStream(fn, { stop: stop.afterAttempt(2), before: gate })().next());
  await thrown(retryStream(fn, { stop: stop.never, retryIf: retryIf.never, before: gate })().next());
  expect(told).toEqual(['admit', true, 'admit', true, 'admit', true]);
});
