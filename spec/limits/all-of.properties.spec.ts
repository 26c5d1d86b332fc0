import fc from 'fast-check';
import { allOf, ConcurrencyLimiter, SlidingWindow, TokenBucket, type RateLimiter } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { runs } from '../long';

const RUNS = runs(150);

/** The members, three kinds of limit, that the limiters below share. */
class World {
  readonly clock = new VirtualClock();
  readonly bucket = new TokenBucket({ rate: 8, capacity: 4, clock: this.clock });
  readonly window = new SlidingWindow({ limit: 5, window: 1000, clock: this.clock });
  readonly slots = new ConcurrencyLimiter({ limit: 4, clock: this.clock });
  readonly limiters: readonly (RateLimiter & { pending: number })[] = [
    this.bucket,
    this.window,
    this.slots,
    allOf(this.bucket, this.window),
    allOf(this.window, this.slots),
    allOf(this.slots, this.bucket, this.window),
  ];
  /** Which members a limiter charges. */
  readonly charges = ['b', 'w', 's', 'bw', 'ws', 'sbw'];
}

interface Arrival {
  readonly act: 'acquire' | 'try';
  readonly limiter: number;
  readonly tokens: number;
  readonly hold: number;
  readonly cancelAfter: number | undefined;
  readonly maxWait: number | undefined;
  readonly priority: number;
}
interface Change {
  readonly act: 'wait' | 'pause' | 'rate' | 'settle';
  readonly which: number;
  readonly ms: number;
}
type Step = Arrival | Change;

const ms = fc.integer({ min: 0, max: 800 });
const arrival: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('acquire' as const, 'acquire' as const, 'acquire' as const, 'try' as const),
  limiter: fc.nat(5),
  tokens: fc.integer({ min: 1, max: 4 }),
  hold: fc.integer({ min: 1, max: 400 }),
  cancelAfter: fc.option(ms, { nil: undefined, freq: 4 }),
  maxWait: fc.option(ms, { nil: undefined, freq: 4 }),
  priority: fc.constantFrom(0, 0, 0, 1, -1),
});
const wait: fc.Arbitrary<Step> = fc.record({ act: fc.constant('wait' as const), which: fc.nat(2), ms });
const change: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('pause' as const, 'rate' as const, 'settle' as const),
  which: fc.nat(2),
  ms,
});
const load = fc.array(
  fc.oneof({ weight: 5, arbitrary: arrival }, { weight: 4, arbitrary: wait }, { weight: 1, arbitrary: change }),
  { minLength: 1, maxLength: 40, size: 'max' },
);

interface Grant extends Arrival {
  readonly at: number;
  readonly caller: number;
}

interface Played {
  readonly world: World;
  readonly grants: Grant[];
  readonly fates: Map<number, string>;
  readonly came: number;
  /** The most that was in flight at once. */
  readonly inFlight: number;
  /** What settles gave back or took, by member. */
  readonly settled: { at: number; which: number; tokens: number }[];
  readonly rates: { at: number; rate: number }[];
}

/** Plays a load until nobody waits any more. `see` is called after every step. */
async function play(steps: readonly Step[], see: (world: World) => void = () => undefined): Promise<Played> {
  const world = new World();
  const { clock, limiters, bucket, window, slots } = world;
  const members = [bucket, window, slots] as const;
  const played = { world, grants: [] as Grant[], fates: new Map<number, string>(), came: 0, inFlight: 0 };
  const settled: Played['settled'] = [];
  const rates = [{ at: 0, rate: 8 }];
  const granted = (step: Arrival, caller: number): void => {
    played.fates.set(caller, 'granted');
    played.grants.push({ ...step, at: clock.now(), caller });
    played.inFlight = Math.max(played.inFlight, slots.inFlight);
    if (world.charges[step.limiter]!.includes('s')) {
      void clock.sleep(step.hold).then(() => slots.release(step.tokens));
    }
  };
  for (const step of steps) {
    if ('hold' in step) {
      const caller = (played.came += 1);
      const limiter = limiters[step.limiter]!;
      if (step.act === 'try') {
        if (limiter.tryAcquire(step.tokens) === true) granted(step, caller);
        else played.fates.set(caller, 'refused');
        continue;
      }
      const controller = new AbortController();
      if (step.cancelAfter !== undefined) void clock.sleep(step.cancelAfter).then(() => controller.abort('cancelled'));
      const { maxWait, priority } = step;
      limiter.acquire(step.tokens, { signal: controller.signal, maxWait, priority }).then(
        () => granted(step, caller),
        (error: unknown) => void played.fates.set(caller, error === 'cancelled' ? 'cancelled' : String(error)),
      );
      await Promise.resolve();
    } else if (step.act === 'wait') await clock.advance(step.ms);
    else if (step.act === 'pause') members[step.which]!.pauseFor(step.ms);
    else if (step.act === 'rate') {
      bucket.rate = 1 + step.ms / 50;
      rates.push({ at: clock.now(), rate: bucket.rate });
    } else if (step.which < 2) {
      const used = (step.ms % 3) as number;
      (members[step.which] as TokenBucket).settle(1, used);
      settled.push({ at: clock.now(), which: step.which, tokens: used - 1 });
    }
    see(world);
  }
  for (let i = 0; i < 500 && (clock.pending > 0 || limiters.some(({ pending }) => pending > 0)); i += 1) {
    await clock.next();
    see(world);
  }
  await clock.advance(0);
  return { ...played, settled, rates };
}

const shares = (world: World, grant: Grant, member: string): boolean => world.charges[grant.limiter]!.includes(member);

describe('Limits that combinations share', () => {
  test('keep the bound of every member in every window', async () => {
    await fc.assert(
      fc.asyncProperty(load, async (steps) => {
        const { world, grants, settled, rates, inFlight } = await play(steps);
        expect(inFlight).toBeLessThanOrEqual(4);
        // Charges less corrections: what settles gave back may be granted again.
        const back = (which: number): number =>
          settled.reduce((sum, each) => sum + (each.which === which ? Math.max(0, -each.tokens) : 0), 0);
        const inWindow = grants.filter((grant) => shares(world, grant, 'w'));
        for (const { at: end } of inWindow) {
          const sum = inWindow.reduce(
            (all, { at, tokens }) => all + (at > end - 1000 + 1e-9 && at <= end ? tokens : 0),
            0,
          );
          expect(sum).toBeLessThanOrEqual(5 + back(1) + 1e-6);
        }
        const fastest = Math.max(...rates.map(({ rate }) => rate));
        const ofBucket = grants.filter((grant) => shares(world, grant, 'b'));
        ofBucket.forEach(({ at: start }, i) => {
          let sum = 0;
          for (const { at, tokens } of ofBucket.slice(i)) {
            sum += tokens;
            expect(sum).toBeLessThanOrEqual(4 + back(0) + ((at - start) * fastest) / 1000 + 1e-6);
          }
        });
      }),
      RUNS,
    );
  });

  test('grant, refuse or cancel every caller once, and no caller waits forever', async () => {
    await fc.assert(
      fc.asyncProperty(load, async (steps) => {
        const { world, fates, came } = await play(steps);
        expect(fates.size).toBe(came);
        for (const fate of fates.values()) {
          if (!['granted', 'refused', 'cancelled'].includes(fate)) expect(fate).toContain('RateLimitTimeoutError');
        }
        expect(world.limiters.map(({ pending }) => pending)).toEqual([0, 0, 0, 0, 0, 0]);
        expect(world.slots.inFlight).toBe(0);
        expect(world.clock.pending).toBe(0);
      }),
      RUNS,
    );
  });

  test('serve callers of one limiter and priority in order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(load, async (steps) => {
        const { grants } = await play(steps);
        for (let limiter = 0; limiter < 6; limiter += 1) {
          for (const priority of [0, 1, -1]) {
            const callers = grants
              .filter((each) => each.act === 'acquire' && each.limiter === limiter && each.priority === priority)
              .map(({ caller }) => caller);
            expect(callers).toEqual([...callers].sort((one, other) => one - other));
          }
        }
      }),
      RUNS,
    );
  });
});
