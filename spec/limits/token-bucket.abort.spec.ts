import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { LONG, runs } from '../long';

const RUNS = runs(50);

const settled = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'granted',
    (error: unknown) => error,
  );

describe('An abort', () => {
  test('before the call changes nothing', async () => {
    const bucket = new TokenBucket({ rate: 10, capacity: 5, clock: new VirtualClock() });
    const reason = new Error('not wanted');
    const signal = AbortSignal.abort(reason);
    await expect(bucket.acquire(1, { signal })).rejects.toBe(reason);
    expect(bucket.available).toBe(5);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('rejects with its reason, removes its listener, and lets the next waiter be granted at once', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 10, capacity: 5, initial: 1, clock });
    const controller = new AbortController();
    const large = settled(bucket.acquire(5, { signal: controller.signal }));
    const small = bucket.acquire(1);
    controller.abort('enough');
    await expect(large).resolves.toBe('enough');
    await expect(small).resolves.toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  test('of one signal for several waits ends each of them once, without a grant in between', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 10, capacity: 5, initial: 2, clock });
    const controller = new AbortController();
    const { signal } = controller;
    const waits = [5, 1, 1].map((tokens) => settled(bucket.acquire(tokens, { signal })));
    const other = bucket.acquire(2);
    controller.abort('all');
    await expect(Promise.all(waits)).resolves.toEqual(['all', 'all', 'all']);
    await expect(other).resolves.toBe(0);
    expect(bucket.pending).toBe(0);
    expect(bucket.available).toBe(0);
  });

  test('seen by another listener first still prevents the grant', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 0, capacity: 5, clock });
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => (bucket.rate = 10));
    const waits = [1, 2].map((tokens) => settled(bucket.acquire(tokens, { signal: controller.signal })));
    controller.abort('first');
    await expect(Promise.all(waits)).resolves.toEqual(['first', 'first']);
    expect(bucket.available).toBe(5);
  });

  test('at the moment of a grant has one outcome, and no token is charged twice or lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ tokens: fc.integer({ min: 1, max: 5 }), abortAt: fc.integer({ min: 0, max: 12 }) }), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.boolean(),
        async (callers, abortFirst) => {
          const clock = new VirtualClock();
          // A token every 100 ms, and every abort falls on such a moment.
          const bucket = new TokenBucket({ rate: 10, capacity: 5, initial: 0, clock });
          const outcomes: string[][] = callers.map(() => []);
          const abort = (controller: AbortController, at: number): void =>
            void clock.sleep(at * 100).then(() => controller.abort('aborted'));
          const controllers = callers.map(() => new AbortController());
          if (abortFirst) callers.forEach(({ abortAt }, i) => abort(controllers[i]!, abortAt));
          callers.forEach(({ tokens }, i) => {
            bucket.acquire(tokens, { signal: controllers[i]!.signal }).then(
              () => outcomes[i]!.push('granted'),
              (error: string) => outcomes[i]!.push(error),
            );
          });
          if (!abortFirst) callers.forEach(({ abortAt }, i) => abort(controllers[i]!, abortAt));
          await clock.advance(2000);
          expect(bucket.pending).toBe(0);
          outcomes.forEach((outcome) => expect(outcome).toHaveLength(1));
          expect(clock.pending).toBe(0);
          // What was not granted is there: nothing went with those who gave up.
          expect(bucket.available).toBeCloseTo(5, 6);
          controllers.forEach(({ signal }) => expect(getEventListeners(signal, 'abort')).toHaveLength(0));
        },
      ),
      RUNS,
    );
  });

  test('of thousands of callers, in any order, leaves no waiter', async () => {
    // If each abort walked through the queue, this would take minutes.
    const bucket = new TokenBucket({ rate: 1, capacity: 1, initial: 0, clock: new VirtualClock() });
    const controllers = Array.from({ length: LONG ? 50_000 : 1500 }, () => new AbortController());
    const waits = controllers.map(({ signal }) => settled(bucket.acquire(1, { signal })));
    for (let i = 0; i < controllers.length; i += 1) controllers[(i * 7919) % controllers.length]!.abort('no');
    await Promise.all(waits);
    expect(bucket.pending).toBe(0);
  });
});
