import { ConcurrencyLimiter, PolicyError, retryIf, retryStream, stop } from 'tenax';
import { currentAttempt } from 'tenax/context';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../thrown';

/** A source of numbers that are there at once, and what was done to it. */
function source() {
  const done = { reads: 0, closes: 0 };
  const items: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false, value: (done.reads += 1) }),
      return: async () => {
        done.closes += 1;
        return { done: true, value: undefined };
      },
    }),
  };
  return { items, done };
}
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('A stream whose consumer takes its time', () => {
  test('is closed at once by an abort, and frees its slot; the consumer learns it when it asks', async () => {
    const caller = new AbortController();
    const limiter = new ConcurrencyLimiter({ limit: 1 });
    const { items, done } = source();
    const stream = retryStream(() => items, { stop: stop.never, signal: caller.signal, limiter })();
    await stream.next();
    const reason = new Error('enough');
    caller.abort(reason);
    await soon();
    expect([done.closes, limiter.inFlight]).toEqual([1, 0]);
    expect(await thrown(stream.next())).toBe(reason);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(done).toEqual({ reads: 1, closes: 1 });
  });

  test('is closed at once by its deadline', async () => {
    const clock = new VirtualClock();
    const { items, done } = source();
    const fallback = jest.fn(() => source().items);
    const stream = retryStream(() => items, { stop: stop.never, deadline: 1000, clock, fallback })();
    await stream.next();
    await clock.advance(1000);
    expect([done.closes, clock.pending]).toEqual([1, 0]);
    // Nothing is read ahead.
    expect(fallback).not.toHaveBeenCalled();
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    await stream.return();
  });

  test('has no timer of idleTimeout', async () => {
    const clock = new VirtualClock();
    const stream = retryStream(() => source().items, { stop: stop.never, idleTimeout: 10, clock })();
    await stream.next();
    await stream.next();
    await clock.advance(100);
    expect(clock.pending).toBe(0);
    expect(await stream.next()).toEqual({ done: false, value: 3 });
    await stream.return();
  });
});

test('A silence aborts the signal of its attempt with the error, and what comes later is dropped', async () => {
  const clock = new VirtualClock();
  let signal!: AbortSignal;
  async function* items(from = 1): AsyncGenerator<number> {
    const own = currentAttempt()!.signal;
    signal ??= own;
    yield from;
    if (from === 1) await clock.sleep(500);
    yield from + 1;
  }
  const resume = ({ last }: { last: number }): [number] => [last + 10];
  const stream = retryStream(items, { stop: stop.afterAttempt(2), idleTimeout: 100, clock, resume })();
  const all: unknown[] = [];
  const reading = (async () => {
    for await (const n of stream) all.push(n);
  })();
  await clock.advance(1000);
  await reading;
  expect(all).toEqual([1, 11, 12]);
  expect(signal.reason).toMatchObject({ name: 'AttemptTimeoutError', limit: 'idleTimeout' });
  expect(clock.pending).toBe(0);
});

describe('A stream that is left', () => {
  test('aborts the attempt that opens a source, and closes a source that comes later', async () => {
    const { items, done } = source();
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

  test('closes the items of a fallback that come later', async () => {
    const { items, done } = source();
    let give!: (items: AsyncIterable<number>) => void;
    const stream = retryStream(() => Promise.reject(new Error('down')), {
      stop: stop.afterAttempt(1),
      fallback: () => new Promise<AsyncIterable<number>>((resolve) => (give = resolve)),
    })();
    const pending = stream.next();
    await soon();
    await stream.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    give(items as never);
    await soon();
    expect(done).toEqual({ reads: 0, closes: 1 });
  });

  test('with enabled: false ends at once too, while its source hangs', async () => {
    const closed = jest.fn(() => Promise.resolve({ done: true as const, value: undefined }));
    const next = () => new Promise<never>(() => undefined);
    const hanging = { [Symbol.asyncIterator]: () => ({ next, return: closed }) };
    const stream = retryStream(() => hanging, { enabled: false })();
    const pending = stream.next();
    await soon();
    await stream.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(closed).toHaveBeenCalledTimes(1);
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

test('A fallback that returns no stream is a TypeError that names it', async () => {
  const stream = retryStream(() => Promise.reject(new Error('down')), {
    stop: stop.afterAttempt(1),
    fallback: (() => 5) as never,
  })();
  expect((await thrown<Error>(stream.next())).message).toBe(
    'fallback takes a function that returns an AsyncIterable, for instance an async generator; it returned 5',
  );
});

test('resume that returns no list is a PolicyError of resume', async () => {
  const broken = new Error('broken');
  const stream = retryStream(
    async function* () {
      yield 1;
      throw broken;
    },
    { stop: stop.never, resume: (() => 5) as never },
  )();
  await stream.next();
  const error = await thrown<PolicyError>(stream.next());
  expect(error).toMatchObject({ name: 'PolicyError', option: 'resume', attemptError: broken });
  expect((error.cause as Error).message).toBe('resume must return a list of arguments or undefined, got 5');
});

test('An iterator that returns no result fails the stream and does not hang it', async () => {
  let reads = 0;
  const next = async () => ((reads += 1) === 1 ? { done: false, value: 1 } : undefined) as IteratorResult<number>;
  const stream = retryStream(() => ({ [Symbol.asyncIterator]: () => ({ next }) }), { stop: stop.never })();
  await stream.next();
  expect(await thrown(stream.next())).toBeInstanceOf(TypeError);
});

test('currentAttempt() holds in the source at every item, and neither in hooks nor at the consumer', async () => {
  const seen: unknown[] = [];
  const here = (where: string): void => {
    seen.push([where, currentAttempt()?.number]);
  };
  async function* items(from = 1): AsyncGenerator<number> {
    here(`opened at ${from}`);
    for (let n = from; n <= 3; n += 1) {
      if (n === 2 && from === 1) throw new Error('broken');
      yield n;
      here(`after ${n}`);
    }
  }
  const stream = retryStream(items, {
    stop: stop.afterAttempt(3),
    resume: ({ last }) => {
      here('resume');
      return [last + 1];
    },
    beforeSleep: () => {
      here('beforeSleep');
    },
    onSuccess: () => {
      here('onSuccess');
    },
  });
  for await (const n of stream()) here(`consumer has ${n}`);
  expect(seen).toEqual([
    ['opened at 1', 1],
    ['consumer has 1', undefined],
    ['after 1', 1],
    ['resume', undefined],
    ['beforeSleep', undefined],
    ['opened at 2', 2],
    ['consumer has 2', undefined],
    ['after 2', 2],
    ['consumer has 3', undefined],
    ['after 3', 2],
    ['onSuccess', undefined],
  ]);
});
