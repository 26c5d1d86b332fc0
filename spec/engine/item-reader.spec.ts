import { AttemptTimeoutError, retryStream, stop, type Clock, type RetryCallState } from 'tenax';
import { currentAttempt } from 'tenax/context';
import { VirtualClock } from 'tenax/testing';
import { processContext } from '../../lib/base/process-context';
import { thrown } from '../thrown';
import { endlessSource, read, soon, three } from './streams';

/** Gives these items, and then hangs. */
async function* silentAfter(...items: number[]): AsyncGenerator<number> {
  yield* items;
  await new Promise(() => undefined);
}

describe('idleTimeout and deadline of a stream', () => {
  test.each([
    [50, 'attempt 1 of silentAfter sent nothing for 50 ms', 60],
    [1000, 'attempt 1 of silentAfter was cut off at the deadline of 1000 ms', 1000],
    [990, 'attempt 1 of silentAfter was cut off at the deadline of 1000 ms', 1000],
  ])('end the silence after an item, whichever comes first: idleTimeout %i', async (idleTimeout, message, at) => {
    const clock = new VirtualClock();
    const stream = retryStream(silentAfter, { stop: stop.never, deadline: 1000, idleTimeout, clock })(1);
    await stream.next();
    // The consumer takes its time: the deadline has a timer now.
    await clock.advance(10);
    let ended = 0;
    const error = thrown<AttemptTimeoutError>(stream.next().finally(() => (ended = clock.now())));
    await clock.advance(2000);
    expect((await error).message).toBe(message);
    expect([(await error).timeout, ended]).toEqual([message.includes('deadline') ? 1000 : idleTimeout, at]);
    expect(clock.pending).toBe(0);
  });

  test('need one timer, also where the consumer takes its time', async () => {
    const clock = new VirtualClock();
    const stream = retryStream(silentAfter, { stop: stop.never, deadline: 1000, clock })(1);
    await stream.next();
    await clock.advance(10);
    void stream.next();
    await clock.advance(10);
    expect(clock.pending).toBe(1);
    await stream.return();
    expect(clock.pending).toBe(0);
  });

  test('leave no timer where the items and the end are there at once', async () => {
    const clock = new VirtualClock();
    expect(await read(retryStream(three, { stop: stop.never, deadline: 1000, idleTimeout: 50, clock })())).toHaveLength(
      3,
    );
    await soon();
    expect(clock.pending).toBe(0);
  });

  test('do not cut off onSuccess', async () => {
    const clock = new VirtualClock();
    const seen: unknown[] = [];
    const onSuccess = async (state: RetryCallState): Promise<void> => {
      await clock.sleep(2000);
      seen.push(state.outcome);
    };
    const all = read(retryStream(three, { stop: stop.never, deadline: 1000, clock, onSuccess })());
    await clock.advance(2000);
    expect(await all).toEqual([1, 2, 3]);
    expect(seen).toEqual([{ attemptNumber: 1, failed: false, value: 1 }]);
  });
});

describe('idleTimeout', () => {
  test('fails an item that takes longer than idleTimeout, and aborts the signal of the attempt', async () => {
    const clock = new VirtualClock();
    const fn = async function* (from = 1) {
      yield from;
      if (from === 1) await clock.sleep(60_000);
      yield from + 1;
    };
    const stream = retryStream(fn, {
      stop: stop.afterAttempt(2),
      idleTimeout: 100,
      clock,
      resume: ({ last }) => [last + 1],
    });
    const items = stream();
    expect((await items.next()).value).toBe(1);
    // The consumer takes its time, which does not count.
    await clock.advance(1000);
    const rest = read(items);
    await clock.advance(1000);
    expect(await rest).toEqual([2, 3]);

    const bare = retryStream(fn, { stop: stop.afterAttempt(2), idleTimeout: 100, clock })();
    await bare.next();
    const late = thrown<AttemptTimeoutError>(bare.next());
    await clock.advance(1000);
    expect(await late).toMatchObject({ limit: 'idleTimeout', timeout: 100 });
  });

  test('has no timer while the consumer takes its time', async () => {
    const clock = new VirtualClock();
    const stream = retryStream(() => endlessSource().items, { stop: stop.never, idleTimeout: 10, clock })();
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

describe('The deadline of a stream', () => {
  test('holds where the clock has passed it and no timer has fired', async () => {
    let now = 0;
    const clock: Clock = { now: () => now, sleep: () => new Promise(() => undefined) };
    const stream = retryStream(three, { stop: stop.never, deadline: 100, clock })();
    await stream.next();
    now = 100;
    const error = await thrown<AttemptTimeoutError>(stream.next());
    expect(error).toBeInstanceOf(AttemptTimeoutError);
    expect(error.limit).toBe('deadline');
  });

  test('ends it also where the consumer takes the time and items are there at once', async () => {
    const clock = new VirtualClock();
    const closed: boolean[] = [];
    const ready = async function* (): AsyncGenerator<number> {
      try {
        for (let n = 0; ; n += 1) yield n;
      } finally {
        closed.push(true);
      }
    };
    const stream = retryStream(ready, { stop: stop.never, deadline: 1000, clock })();
    await stream.next();
    await clock.advance(999);
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    await clock.advance(1);
    expect(await thrown(stream.next())).toMatchObject({ name: 'AttemptTimeoutError', limit: 'deadline' });
    expect(closed).toEqual([true]);
  });

  test('cuts it off after several items', async () => {
    const clock = new VirtualClock();
    async function* slow() {
      for (let n = 1; ; n += 1) {
        yield n;
        await clock.sleep(400);
      }
    }
    const all: number[] = [];
    const error = thrown<AttemptTimeoutError>(
      (async () => {
        for await (const n of retryStream(slow, { stop: stop.never, deadline: 1000, clock })()) all.push(n);
      })(),
    );
    await clock.advance(2000);
    expect(await error).toMatchObject({ limit: 'deadline' });
    expect(all).toEqual([1, 2, 3]);
  });
});

test('A scope around attempts may begin or end while a stream is read', async () => {
  const outer = processContext.aroundAttempt;
  const within = jest.fn(<T>(_attempt: object, run: () => T): T => run());
  const [early, late] = [retryStream(three, { stop: stop.never })(), retryStream(three, { stop: stop.never })()];
  try {
    processContext.aroundAttempt = undefined;
    await early.next();
    processContext.aroundAttempt = within as never;
    await late.next();
    expect(await early.next()).toEqual({ done: false, value: 2 });
    processContext.aroundAttempt = undefined;
    expect(await late.next()).toEqual({ done: false, value: 2 });
  } finally {
    processContext.aroundAttempt = outer;
  }
  expect(within).toHaveBeenCalledTimes(1);
  await early.return();
  await late.return();
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

test('Without a nextTick, what waits for an item is armed after the microtasks', async () => {
  await jest.isolateModulesAsync(async () => {
    jest.doMock('../../lib/base/host', () => ({
      ...jest.requireActual<object>('../../lib/base/host'),
      nextTick: undefined,
    }));
    const alone = await import('../../lib/engine/retry-stream');
    const clock = new VirtualClock();
    async function* silent(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => undefined);
    }
    const stream = alone.retryStream(silent, { idleTimeout: 50, stop: stop.afterAttempt(1) as never, clock })();
    await stream.next();
    expect(await thrown(clock.run(stream.next()))).toMatchObject({ code: 'TENAX_ATTEMPT_TIMEOUT' });
  });
});
