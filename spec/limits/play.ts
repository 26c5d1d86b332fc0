import fc from 'fast-check';
import type { RateLimiter } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import type { Grant } from './bound';

/** One step of a random load. */
export type Step =
  | { readonly act: 'acquire'; readonly tokens: number; readonly cancelAfter?: number; readonly maxWait?: number }
  | { readonly act: 'try'; readonly tokens: number }
  | { readonly act: 'wait'; readonly ms: number }
  | { readonly act: 'rate'; readonly rate: number }
  | { readonly act: 'pause'; readonly ms: number };

/** The weights and the capacity of the loads below. */
export const CAPACITY = 5;

const tokens = fc.oneof(
  fc.integer({ min: 1, max: CAPACITY }),
  fc.integer({ min: 1, max: CAPACITY * 1000 }).map((thousandths) => thousandths / 1000),
);
// Rounded to the microsecond: finer than any timer, but floating point can still distinguish any two moments.
const ms = fc.oneof(
  fc.integer({ min: 0, max: 600 }),
  fc.integer({ min: 0, max: 600_000 }).map((micros) => micros / 1000),
);
export const anyRate = fc.oneof(
  fc.integer({ min: 1, max: 40 }),
  fc.constantFrom(1000, 3, 7.7),
  fc.double({ min: 0.5, max: 100, noNaN: true }),
);

const acquire: fc.Arbitrary<Step> = fc.record({ act: fc.constant('acquire' as const), tokens });
const cancelled: fc.Arbitrary<Step> = fc.record({ act: fc.constant('acquire' as const), tokens, cancelAfter: ms });
const bounded: fc.Arbitrary<Step> = fc.record({ act: fc.constant('acquire' as const), tokens, maxWait: ms });
const attempt: fc.Arbitrary<Step> = fc.record({ act: fc.constant('try' as const), tokens });
const gap: fc.Arbitrary<Step> = fc.record({ act: fc.constant('wait' as const), ms });
const change: fc.Arbitrary<Step> = fc.record({
  act: fc.constant('rate' as const),
  rate: fc.oneof(anyRate, fc.constant(0)),
});
const pause: fc.Arbitrary<Step> = fc.record({ act: fc.constant('pause' as const), ms });

/** Arrivals with any weights, single and in bursts. */
export const arrivals = fc.array(fc.oneof({ weight: 2, arbitrary: acquire }, gap), {
  minLength: 1,
  maxLength: 25,
  size: 'max',
});

/** Everything that can happen to a bucket. */
export const anything = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: acquire },
    { weight: 4, arbitrary: gap },
    cancelled,
    bounded,
    attempt,
    change,
    pause,
  ),
  { minLength: 1, maxLength: 40, size: 'max' },
);

/** The result of a load. */
export interface Journal {
  readonly grants: Grant[];
  /** The callers of `acquire` in the order of their grants, numbered as they came. */
  readonly order: number[];
  readonly cancelled: number[];
  readonly refused: number[];
  /** When each caller came. */
  readonly came: number[];
  /** The most sleepers at one time on the clock. Only the bucket sleeps. */
  readonly timers: number;
  readonly clock: VirtualClock;
}

type Played = RateLimiter & { rate?: number; pauseFor?(ms: number): void; readonly pending?: number };

/**
 * Plays a load on a bucket in virtual time until nobody waits any more. `see` is called after every step and every wake.
 */
export async function play<B extends Played>(
  make: (clock: VirtualClock) => B,
  rate: number,
  steps: readonly Step[],
  see: (bucket: B, clock: VirtualClock, step?: Step) => void = () => undefined,
): Promise<Journal & { readonly bucket: B }> {
  const clock = new VirtualClock();
  const bucket = make(clock);
  const journal = {
    grants: [] as Grant[],
    order: [] as number[],
    cancelled: [] as number[],
    refused: [] as number[],
    came: [] as number[],
    timers: 0,
    clock,
    bucket,
  };
  let refilled = 0;
  let refilledAt = 0;
  let pausedUntil = 0;
  let inForce = rate;
  const refill = (): number => {
    const now = clock.now();
    const from = Math.min(now, Math.max(refilledAt, pausedUntil));
    refilled += ((now - from) * inForce) / 1000;
    refilledAt = Math.max(from, refilledAt, now);
    return refilled;
  };
  const grant = (n: number): void => void journal.grants.push({ at: clock.now(), tokens: n, refilled: refill() });
  let waiting = 0;
  const cancels: { at: number; cancel: () => void }[] = [];
  const note = (step?: Step): void => {
    journal.timers = Math.max(journal.timers, clock.pending);
    see(bucket, clock, step);
  };
  /** Moves time, stopping at every wake and every cancel on the way. */
  const move = async (until: number): Promise<void> => {
    for (;;) {
      const next = cancels.reduce((least, { at }) => Math.min(least, at), Infinity);
      const target = Math.min(until, next);
      if (target === Infinity) {
        if (waiting === 0 || (await clock.next()) === 0) return;
      } else await clock.advance(Math.max(0, target - clock.now()));
      for (const due of cancels.filter(({ at }) => at <= clock.now())) {
        cancels.splice(cancels.indexOf(due), 1);
        due.cancel();
      }
      await clock.advance(0);
      note();
      if (clock.now() >= until) return;
    }
  };
  const come = (step: Step & { act: 'acquire' }): void => {
    const caller = journal.came.push(clock.now()) - 1;
    const controller = new AbortController();
    waiting += 1;
    if (step.cancelAfter !== undefined) {
      cancels.push({ at: clock.now() + step.cancelAfter, cancel: () => controller.abort('cancelled') });
    }
    bucket.acquire(step.tokens, { signal: controller.signal, maxWait: step.maxWait }).then(
      () => {
        waiting -= 1;
        grant(step.tokens);
        journal.order.push(caller);
      },
      (error: unknown) => {
        waiting -= 1;
        (error === 'cancelled' ? journal.cancelled : journal.refused).push(caller);
      },
    );
  };
  for (const step of steps) {
    if (step.act === 'acquire') come(step);
    else if (step.act === 'wait') await move(clock.now() + step.ms);
    else if (step.act === 'try') {
      if (await bucket.tryAcquire(step.tokens)) grant(step.tokens);
    } else if (step.act === 'rate') {
      refill();
      inForce = step.rate;
      if ('rate' in bucket) bucket.rate = step.rate;
    } else {
      refill();
      pausedUntil = Math.max(pausedUntil, clock.now() + step.ms);
      bucket.pauseFor?.(step.ms);
    }
    // Immediate grants are recorded before anything else happens.
    await Promise.resolve();
    await Promise.resolve();
    note(step);
  }
  if (inForce === 0) {
    refill();
    inForce = 10;
    if ('rate' in bucket) bucket.rate = 10;
  }
  await move(Infinity);
  return journal;
}
