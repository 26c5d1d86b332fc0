import fc from 'fast-check';
import { Retrying, stop, wait, type StopStrategy, type WaitStrategy } from 'tenax';
import { simulate } from 'tenax/simulation';
import { RetryCallState } from '../../lib/call/call-state';
import { SIMULATED } from '../../lib/simulation/simulated-call';
import { runs } from '../long';

const ms = fc.integer({ min: 0, max: 60 });
const attempts = fc.integer({ min: 1, max: 6 });

const { anyStop } = fc.letrec<{ anyStop: StopStrategy }>((again) => ({
  anyStop: fc.oneof(
    { maxDepth: 2 },
    attempts.map((n) => stop.afterAttempt(n)),
    ms.map((limit) => stop.afterDelay(limit)),
    ms.map((limit) => stop.beforeDelay(limit)),
    fc.tuple(again('anyStop'), again('anyStop')).map((both) => stop.any(...both)),
    fc.tuple(again('anyStop'), again('anyStop')).map((both) => stop.all(...both)),
  ),
}));

// No call makes more than six attempts.
const bounded = fc.tuple(attempts, anyStop).map(([n, more]) => stop.any(stop.afterAttempt(n), more));

const deadline = fc.option(ms, { nil: undefined });

const leaf = fc.oneof(
  ms.map((each) => wait.fixed(each)),
  fc.tuple(ms, ms).map(([one, other]) => wait.incrementing({ start: one, increment: other - 30, max: 50 })),
  fc.tuple(ms, ms).map(([initial, max]) => wait.exponential({ initial, max })),
);
const jittered = fc.oneof(
  fc.tuple(ms, ms).map(([min, more]) => wait.random({ min, max: min + more })),
  fc.tuple(ms, ms).map(([initial, max]) => wait.fullJitter({ initial, max })),
  fc.tuple(ms, ms).map(([initial, jitter]) => wait.exponentialJitter({ initial, jitter, max: 70 })),
  ms.map((base) => wait.decorrelatedJitter({ base, max: 90 })),
);
const waitOf = (of: fc.Arbitrary<WaitStrategy>, jitter: number): fc.Arbitrary<WaitStrategy> =>
  fc.letrec<{ any: WaitStrategy }>((again) => ({
    any: fc.oneof(
      { maxDepth: 2 },
      of,
      fc.tuple(again('any'), again('any')).map((both) => wait.chain(...both)),
      fc.tuple(again('any'), again('any')).map((both) => wait.combine(...both)),
      fc.tuple(again('any'), ms).map(([base, limit]) => base.cappedAt(limit)),
      fc.tuple(again('any'), ms).map(([base, limit]) => base.atLeast(limit)),
      again('any').map((base) => base.withJitter(jitter)),
    ),
  })).any;

const fails = { outcomes: [new Error('down')] };

test('No run waits longer than the worst case of a policy, which is the same for every seed', async () => {
  await fc.assert(
    fc.asyncProperty(bounded, deadline, waitOf(fc.oneof(leaf, jittered), 0.5), ms, async (...given) => {
      const [stops, ends, waits, attemptDuration] = given;
      const policy = { stop: stops, deadline: ends, wait: waits };
      const one = await simulate(policy, { ...fails, attemptDuration, runs: 1 });
      const other = await simulate(policy, { ...fails, attemptDuration, runs: 100, seed: 7 });
      // But for rounding: sleeps and attempts are added up in another order.
      expect(other.totalWait.max).toBeLessThanOrEqual(one.worstCase * (1 + 1e-12));
      expect(other.worstCase).toBeCloseTo(one.worstCase, 9);
    }),
    runs(20),
  );
});

test('Without jitter it is what a run waits', async () => {
  await fc.assert(
    fc.asyncProperty(bounded, deadline, waitOf(leaf, 0), ms, async (stops, ends, waits, attemptDuration) => {
      const policy = { stop: stops, deadline: ends, wait: waits };
      const { worstCase, totalWait } = await simulate(policy, { ...fails, attemptDuration, runs: 1 });
      expect(worstCase).toBe(totalWait.max);
    }),
    runs(20),
  );
});

/** The most that can be waited in whole milliseconds: every sleep that may be is tried. */
function longestInWhole(stops: StopStrategy, ranges: readonly [number, number][], duration: number): number {
  const retrying = new Retrying({}, { quiet: true });
  let totals = new Set([0]);
  let longest = 0;
  for (let attemptNumber = 1; totals.size > 0; attemptNumber += 1) {
    const [least, most] = ranges[Math.min(attemptNumber, ranges.length) - 1] as [number, number];
    const next = new Set<number>();
    for (const total of totals) {
      for (let upcomingSleep = least; upcomingSleep <= most; upcomingSleep += 1) {
        const ended = attemptNumber * duration + total;
        const state = new RetryCallState(retrying, SIMULATED, 0);
        if (stops.shouldStop(Object.assign(state, { attemptNumber, ended, upcomingSleep })) === true) continue;
        next.add(total + upcomingSleep);
        longest = Math.max(longest, total + upcomingSleep);
      }
    }
    totals = next;
  }
  return longest;
}

test('It is never more than can be come near to', async () => {
  const range = fc.tuple(ms, ms).map(([min, more]): [number, number] => [min, min + more]);
  const ranges = fc.array(range, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(bounded, ranges, fc.integer({ min: 0, max: 9 }), async (stops, given, attemptDuration) => {
      const waits = wait.chain(...given.map(([min, max]) => wait.random({ min, max })));
      const policy = { stop: stops, wait: waits };
      const { worstCase } = await simulate(policy, { ...fails, attemptDuration, runs: 1 });
      const near = longestInWhole(stops, given, attemptDuration);
      expect(worstCase).toBeGreaterThanOrEqual(near);
      // Before a time means within a millisecond of it.
      expect(worstCase).toBeLessThanOrEqual(near + 1);
    }),
    runs(20),
  );
});
