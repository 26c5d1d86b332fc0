import fc from 'fast-check';
import { getEventListeners } from 'node:events';
import {
  AttemptTimeoutError,
  ConcurrencyLimiter,
  RetryError,
  retryIf,
  retryStream,
  stop,
  wait,
  type Clock,
} from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { runs } from '../long';

const TOTAL = 8;
const UNFIT = -1;
/** Later than everything that ends by itself. */
const HORIZON = 20_000;

/** What one source does: how long it takes to open, and what it does for each item that it is asked for. */
interface Plan {
  readonly form: 'iterator' | 'stream';
  /** Milliseconds; `Infinity` hangs. */
  readonly opens: number;
  readonly refuses: boolean;
  /** Whether its first item is one that the policy does not accept. */
  readonly isUnfit: boolean;
  readonly steps: readonly { readonly takes: number; readonly breaks: boolean }[];
}

interface Consumer {
  /** Milliseconds after each item. */
  readonly thinks: number;
  readonly leavesAfter: number;
  readonly leavesAt: number;
  readonly abortsAt: number;
}

interface Settings {
  readonly resume: 'no' | 'sync' | 'async';
  readonly attemptTimeout: number;
  readonly idleTimeout: number;
  readonly deadline: number;
}

const time = fc.constantFrom(0, 0, 0, 1, 30, 90, 300, Infinity);
const plan = fc.record<Plan>({
  form: fc.constantFrom('iterator', 'stream'),
  opens: time,
  refuses: fc.boolean(),
  isUnfit: fc.boolean(),
  steps: fc.array(fc.record({ takes: time, breaks: fc.boolean() }), { maxLength: 4 }),
});
const later = fc.constantFrom(Infinity, Infinity, 0, 1, 35, 95, 120, 400);
const consumer = fc.record<Consumer>({
  thinks: fc.constantFrom(0, 0, 5, 250),
  leavesAfter: fc.constantFrom(Infinity, Infinity, 0, 1, 3),
  leavesAt: later,
  abortsAt: later,
});
const settings = fc.record<Settings>({
  resume: fc.constantFrom('no', 'sync', 'async'),
  attemptTimeout: fc.constantFrom(Infinity, 100),
  idleTimeout: fc.constantFrom(Infinity, 100),
  deadline: fc.constantFrom(Infinity, 1000),
});

/** One source, and all that was done to it. */
class Tape {
  reads = 0;
  closes = 0;
  endedByItself = false;
  readonly openedAt: number;
  closedAt = Infinity;
  readonly faults: string[] = [];
  private readonly world: World;
  private readonly plan: Plan;
  private position: number;
  private busy = false;

  constructor(world: World, how: Plan, from: number) {
    this.world = world;
    this.plan = how;
    this.position = from;
    this.openedAt = world.clock.now();
  }

  get isOver(): boolean {
    return this.endedByItself ? this.closes === 0 : this.closes === 1;
  }

  open(): AsyncIterable<number> | ReadableStream<number> {
    if (this.plan.form === 'stream') {
      return new ReadableStream<number>(
        {
          pull: async (controller) => {
            const { done, value } = await this.next();
            if (this.closes > 0) return;
            if (done === true) controller.close();
            else controller.enqueue(value);
          },
          cancel: () => {
            this.close();
          },
        },
        { highWaterMark: 0 },
      );
    }
    const next = async () => this.next();
    const close = async () => {
      this.close();
      return { done: true as const, value: undefined };
    };
    return { [Symbol.asyncIterator]: () => ({ next, return: close }) };
  }

  private close(): void {
    this.closes += 1;
    this.closedAt = this.world.clock.now();
  }

  private end(): void {
    this.endedByItself = true;
    this.closedAt = this.world.clock.now();
  }

  private async next(): Promise<IteratorResult<number>> {
    if (!this.world.consumerWaits) this.faults.push('read ahead');
    if (this.busy) this.faults.push('asked twice at a time');
    if (this.endedByItself || this.closes > 0) this.faults.push('asked when it was over');
    this.busy = true;
    const step = this.plan.steps[this.reads];
    this.reads += 1;
    if (step !== undefined && step.takes > 0) await this.world.passes(step.takes);
    this.busy = false;
    if (this.closes > 0) return { done: true, value: undefined };
    if (step?.breaks === true) {
      this.end();
      throw this.world.broken;
    }
    if (this.reads === 1 && this.plan.isUnfit) return { done: false, value: UNFIT };
    if (this.position > TOTAL) {
      this.end();
      return { done: true, value: undefined };
    }
    this.position += 1;
    return { done: false, value: this.position - 1 };
  }
}

/** One stream, its sources and its consumer, in a time of their own. */
class World {
  readonly broken = new Error('broken');
  readonly clock = new VirtualClock();
  readonly tapes: Tape[] = [];
  consumerWaits = false;
  /** How many sleeps and timers of the policy's there are now. */
  timers = 0;
  opened = 0;
  private readonly plans: readonly Plan[];

  constructor(plans: readonly Plan[]) {
    this.plans = plans;
  }

  /** The clock as the policy has it. */
  get policyClock(): Clock {
    return {
      now: () => this.clock.now(),
      sleep: async (ms, signal) => {
        this.timers += 1;
        try {
          await this.clock.sleep(ms, signal);
        } finally {
          this.timers -= 1;
        }
      },
    };
  }

  passes(ms: number): Promise<void> {
    return ms === Infinity ? new Promise(() => undefined) : this.clock.sleep(ms);
  }

  async open(from: number): Promise<AsyncIterable<number> | ReadableStream<number>> {
    const how = this.plans[this.opened] ?? { form: 'iterator', opens: 0, refuses: false, isUnfit: false, steps: [] };
    this.opened += 1;
    if (how.opens > 0) await this.passes(how.opens);
    if (how.refuses) throw this.broken;
    const tape = new Tape(this, how, from);
    this.tapes.push(tape);
    return tape.open();
  }
}

/** Lets a consumer read a stream of such sources until it ends, and checks every law. */
async function check(plans: Plan[], { thinks, leavesAfter, leavesAt, abortsAt }: Consumer, how: Settings) {
  const world = new World(plans);
  const { clock } = world;
  const limiter = new ConcurrencyLimiter({ limit: 1 });
  const caller = new AbortController();
  const reason = new Error('enough');
  const { resume: kind, ...limits } = how;
  const resume = ({ last }: { last: number }): [number] | Promise<[number]> =>
    kind === 'async' ? Promise.resolve([last + 1]) : [last + 1];
  const stream = retryStream(async (from: number) => world.open(from), {
    stop: stop.afterAttempt(3),
    retryIf: retryIf.any(
      retryIf.exceptionType(),
      retryIf.result((item) => item === UNFIT),
    ),
    wait: wait.fixed(10),
    signal: caller.signal,
    clock: world.policyClock,
    limiter,
    ...(kind === 'no' ? {} : { resume }),
    ...limits,
  });
  const items = stream(1);
  const received: number[] = [];
  let end: 'ended' | 'left' | { error: unknown } | undefined;
  let endedAt = Infinity;
  let isLeft = false;

  const consume = async (): Promise<void> => {
    while (received.length < leavesAfter) {
      world.consumerWaits = true;
      const { done, value } = await items.next();
      world.consumerWaits = false;
      if (done === true) return;
      received.push(value);
      if (thinks > 0) await clock.sleep(thinks);
    }
    isLeft = true;
    await items.return();
  };
  const finished = consume().then(
    () => {
      end = isLeft ? 'left' : 'ended';
      endedAt = clock.now();
    },
    (error: unknown) => {
      end = { error };
      endedAt = clock.now();
    },
  );
  const at = async (ms: number, act: () => unknown): Promise<void> => {
    if (ms === Infinity) return;
    await clock.sleep(ms);
    act();
  };
  void at(abortsAt, () => {
    caller.abort(reason);
  });
  void at(leavesAt, () => {
    isLeft ||= end === undefined;
    void items.return();
  });
  await clock.advance(HORIZON);
  const hung = end === undefined;
  isLeft ||= hung;
  await items.return();
  await finished;
  await clock.advance(1000);

  // Every item comes once and in order.
  expect(received).toEqual(Array.from({ length: received.length }, (_, i) => i + 1));
  if (end === 'ended') expect(received).toHaveLength(TOTAL);
  // Each source is closed once, is asked only when the consumer asks, and one at a time.
  expect(world.tapes.flatMap(({ faults }) => faults)).toEqual([]);
  expect(world.tapes.filter(({ isOver }) => !isOver)).toEqual([]);
  // Nothing is left: no timer, no listener, no slot.
  expect(world.timers).toBe(0);
  expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  expect([limiter.inFlight, limiter.pending]).toEqual([0, 0]);
  // An abort and the deadline close the source at once, also while the consumer takes its time.
  const cutAt = typeof end !== 'object' ? Infinity : end.error === reason ? abortsAt : deadlineOf(end.error);
  expect(world.tapes.filter(({ openedAt, closedAt }) => openedAt <= cutAt && closedAt > cutAt)).toEqual([]);
  // What it ended with, and when.
  const { totals } = stream.retrying;
  expect([totals.calls, totals.attempts]).toEqual([received.length === 0 && isLeft ? totals.calls : 1, world.opened]);
  if (typeof end === 'object') {
    const { error } = end;
    expect(totals).toMatchObject({ succeeded: 0, failed: 1 });
    if (error === reason) expect(endedAt - abortsAt).toBeLessThanOrEqual(thinks);
    else if (kind === 'no' && received.length > 0) expect([world.broken, 'timeout']).toContain(timeoutOr(error));
    else expect([RetryError, AttemptTimeoutError]).toContain((error as Error).constructor);
  } else expect(totals).toMatchObject({ succeeded: end === 'ended' ? 1 : 0, failed: 0 });
  if (end === 'left' && !hung && leavesAt !== Infinity && received.length < leavesAfter) {
    expect(endedAt - leavesAt).toBeLessThanOrEqual(thinks);
  }
  if (hung) expect([how.deadline, abortsAt, leavesAt].filter((ms) => ms !== Infinity)).toEqual([]);
}

const deadlineOf = (error: unknown): number =>
  error instanceof AttemptTimeoutError && error.limit === 'deadline' ? error.timeout : Infinity;
const timeoutOr = (error: unknown): unknown => (error instanceof AttemptTimeoutError ? 'timeout' : error);

test('A stream holds its laws whatever its sources do and however its consumer reads', async () => {
  const unhandled: unknown[] = [];
  const onUnhandled = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', onUnhandled);
  try {
    await fc.assert(fc.asyncProperty(fc.array(plan, { maxLength: 5 }), consumer, settings, check), runs(150));
    await new Promise(setImmediate);
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', onUnhandled);
  }
});
