// Compiled, never run: what the compiler has to accept, and the types that come of it, in both decorator modes.
import {
  Break,
  CircuitBreakers,
  Hook,
  Retry,
  Retrying,
  RetryError,
  RetryStrategy,
  RetryStream,
  StopStrategy,
  Throttle,
  TokenBucket,
  TokenBuckets,
  WaitStrategy,
  after,
  beforeSleep,
  defineRetryCondition,
  defineStop,
  defineWait,
  option,
  retry,
  retryIf,
  retryPolicies,
  retryStream,
  retryWith,
  retryingOf,
  statisticsOf,
  stop,
  wait,
} from 'tenax';
import { fetchWithBackoff, httpRetry } from 'tenax/http';
import { policyFromJSON } from 'tenax/json';
import type { Clock, JudgedState, RateLimiter, RetryCallState, RetryOptions, RetryStatistics, WaitLike } from 'tenax';

/** Compiles only when both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never;
const same = <A, B>(_yes: Same<A, B>): void => undefined;

class Service {
  readonly attempts: number = 3;

  @Retry()
  async bare(): Promise<void> {
    return undefined;
  }

  @Retry({ stop: stop.afterAttempt(3), wait: async () => 5, retryIf: (state) => state.attemptNumber < 2 })
  @Throttle(new TokenBucket({ rate: 1 }), { tokens: 2 })
  async load(id: number, label = 'x'): Promise<{ id: number; label: string }> {
    return { id, label };
  }

  @Retry((self: Service) => ({ stop: stop.afterAttempt(self.attempts) }))
  later(): Promise<number> {
    return Promise.resolve(1);
  }

  @Retry(new Retrying({ stop: stop.never }))
  async generic<T extends object, K extends keyof T>(from: T, key: K): Promise<T[K]> {
    return from[key];
  }

  @Retry({ stop: stop.never })
  async chain(): Promise<this> {
    return this;
  }

  @Retry({ stop: stop.never })
  static async make(): Promise<Service> {
    return new Service();
  }

  @Retry({ stop: stop.never })
  protected async inner(): Promise<number> {
    return 1;
  }
}

export async function checks(service: Service): Promise<void> {
  const item = await service.load(1);
  same<typeof item, { id: number; label: string }>(true);
  const field = await service.generic({ a: 'x' }, 'a');
  same<typeof field, string>(true);

  const again = retryWith(service, 'load', { reraise: true });
  same<typeof again.retrying, Retrying>(true);
  same<typeof again.statistics, RetryStatistics | undefined>(true);
  const answer = await again(1, 'one');
  same<typeof answer, { id: number; label: string }>(true);
  same<ReturnType<typeof retryingOf>, Retrying>(true);
  same<ReturnType<typeof statisticsOf>, RetryStatistics | undefined>(true);
  retryPolicies(Service).get('load');

  const sync = retry((a: number, b: string) => a + b.length, { stop: stop.never, retryErrorCallback: () => 1 });
  const sum = await sync(1, 'b');
  same<typeof sum, number>(true);
  same<Parameters<typeof sync>, [a: number, b: string]>(true);
  const shared = retry((a: number) => String(a), new Retrying({ stop: stop.never }));
  same<Awaited<ReturnType<typeof shared>>, string>(true);
  const generic = retry(async <T>(value: T): Promise<T> => value, { stop: stop.never });
  const five = await generic<5>(5);
  same<typeof five, 5>(true);
  await sync.retryWith({ enabled: false })(1, 'b');
  same<typeof sync.statistics, RetryStatistics | undefined>(true);

  const policy = new Retrying({ ...policyFromJSON({ stop: { afterAttempt: 3 } }), wait: wait.none() });
  const called = await policy.call((a: number) => a, 1);
  same<typeof called, number>(true);
  const run = await policy.run(async ({ number, signal, state }) => [number, signal.aborted, state.fnName] as const);
  same<typeof run, readonly [number, boolean, string]>(true);
  for await (const attempt of policy) {
    const made = await attempt.run(async () => 1);
    same<typeof made, number | undefined>(true);
  }

  try {
    await policy.copy({ stop: undefined }).call(async () => 1);
  } catch (error) {
    if (error instanceof RetryError) {
      same<typeof error.stopReason, 'stop' | 'deadline' | 'budget' | 'wait'>(true);
      const last: unknown = error.lastAttempt.failed ? error.lastAttempt.error : error.lastAttempt.value;
      throw last;
    }
  }
}

// Strategies of one's own, and plain functions on either side.
export class EveryOther extends StopStrategy {
  shouldStop = ({ attemptNumber }: RetryCallState): boolean => attemptNumber % 2 === 0;
}
export class Slow extends WaitStrategy {
  async delay(): Promise<number> {
    return 1;
  }
}
export class Never extends RetryStrategy {
  shouldRetry(): boolean {
    return false;
  }
}
export class Note extends Hook {
  run = async ({ outcome }: RetryCallState): Promise<void> => {
    await outcome?.attemptNumber;
  };
}
export class MyError extends RetryError {}

declare const clock: Clock;
declare const limiter: RateLimiter;
export const options: RetryOptions<number> = {
  stop: new EveryOther().or((state) => state.upcomingSleep > 10, stop.afterDelay(5)),
  wait: new Slow().plus(() => 1).cappedAt(100),
  retryIf: new Never().not().and(async () => true),
  before: [new Note(), ({ args }) => args.forEach(String), async () => undefined],
  beforeSleep: beforeSleep.log(console, 'warn', { stack: true }).and(() => undefined),
  onGiveUp: () => undefined,
  retryErrorClass: MyError,
  retryErrorCallback: async (state) => (state.outcome.failed ? 0 : state.outcome.value),
  sleep: async (ms, signal) => clock.sleep(ms, signal),
  clock,
  signal: ({ args }) => args[0] as AbortSignal,
  attemptTimeout: 5,
  deadline: 10,
};
export const throttled = [
  limiter,
  retryIf.exception((error: TypeError) => error.message === ''),
  wait.exception(() => 1),
];

// What is asked after an attempt knows its outcome and how long the call has taken, in combinations and decorators too.
const tooLate = (state: JudgedState): boolean => state.elapsed > 5000 && state.outcome.failed;
export const judged: RetryOptions<number> = {
  stop: (state) => state.elapsed > 5000,
  wait: (state) => (state.outcome.failed ? state.elapsed : 0),
  retryIf: (state) => state.outcome.failed || state.outcome.value > 3,
  after: [
    (state) => void state.outcome.attemptNumber.toFixed(),
    after.nothing.and((state) => void state.elapsed.toFixed()),
  ],
  beforeSleep: (state) => void state.elapsed.toFixed(),
  retryErrorCallback: (state) => (state.outcome.failed ? state.elapsed : state.outcome.value),
};
export const combined: RetryOptions<any> = {
  stop: stop.any(tooLate, (state) => state.elapsed > 5).and((state) => state.outcome.failed),
  wait: wait.chain((state) => state.elapsed, wait.fixed(1)).plus((state) => (state.outcome.failed ? 1 : 2)),
  retryIf: retryIf.all((state) => state.outcome.failed).or((state) => state.elapsed > 5, tooLate),
};

export class Judged {
  @Retry({
    stop: (state) => state.elapsed > 5000,
    wait: (state) => state.elapsed,
    retryIf: (state) => state.outcome.failed,
    after: (state) => void state.elapsed.toFixed(),
    retryErrorCallback: (state) => state.elapsed,
  })
  async load(): Promise<number> {
    return 1;
  }

  @Retry((self: Judged) => ({ stop: (state) => state.elapsed > 5000 && self instanceof Judged }))
  async later(): Promise<void> {
    return undefined;
  }
}

// The key of limits and breakers of methods may read a part of the call, and name the type of `this`.
const ofTenant = { key: ({ self }: { self: Tenant }) => self.name };
const ofFirst = { key: ({ args }: { args: readonly unknown[] }) => String(args[0]) };
export class Tenant {
  readonly name: string = 'tenant';

  @Break(new CircuitBreakers(ofTenant))
  @Throttle(new TokenBuckets({ rate: 1, ...ofTenant }), { tokens: ({ self }: { self: Tenant }) => self.name.length })
  async load(): Promise<string> {
    return this.name;
  }

  @Break(new CircuitBreakers(ofFirst))
  @Throttle(new TokenBuckets({ rate: 1, ...ofFirst }), { priority: ({ args }) => Number(args[0]) })
  async page(page: number): Promise<number> {
    return page;
  }

  @Break(new CircuitBreakers({ key: (call) => String(call.args[0]) }))
  async inline(page: number): Promise<number> {
    return page;
  }
}

/** What a hook returns is not used, so that it may return anything: a count, the id of a report. */
const delays: number[] = [];
const report = async (error: unknown): Promise<string> => String(error);
export const returning: RetryOptions<number> = {
  before: () => delays.length,
  beforeSleep: ({ upcomingSleep }) => delays.push(upcomingSleep),
  onSuccess: [({ attemptNumber }) => attemptNumber, beforeSleep.nothing.and(() => delays.pop())],
  onGiveUp: ({ outcome }) => report(outcome),
};

/** One that was written for any state is taken too. */
const anyState = ({ outcome }: RetryCallState): boolean => outcome?.failed === true;
export const general = [stop.never.or(anyState), retryIf.any(anyState), retry(async () => 1, { stop: anyState })];

// A strategy of one's own from its declaration.
const squared = defineWait({
  name: 'squared',
  options: { initial: option.duration, max: option.openDuration, label: option.text, fallback: option.wait },
  defaults: { initial: 1000, max: Infinity, label: '', fallback: wait.none() },
  check: ({ initial, max }) => {
    if (initial > max) throw new RangeError('squared takes initial ≤ max');
  },
  delay:
    ({ initial, max, label, fallback }) =>
    (state) =>
      label.length + (state.outcome.failed ? Math.min(initial * state.attemptNumber ** 2, max) : 0) ||
      fallback.delay(state),
});
same<Parameters<typeof squared>[0], { readonly initial?: number | undefined; readonly max?: number | undefined; readonly label?: string | undefined; readonly fallback?: WaitLike | undefined } | undefined>(true); // prettier-ignore
const afterErrors = defineStop({ name: 'afterErrors', value: option.whole, test: (most) => (state) => state.attemptNumber > most }); // prettier-ignore
const withCode = defineRetryCondition({ name: 'withCode', list: option.text, test: (...codes) => (state) => codes.includes(String(state.elapsed)) }); // prettier-ignore
export const own: RetryOptions = {
  ...policyFromJSON({}, { strategies: [squared, afterErrors, withCode] }),
  wait: squared({ initial: 1 })
    .withJitter(0.5)
    .plus(squared({ fallback: () => 1 })),
  stop: afterErrors(2).or(stop.never),
  retryIf: withCode('a', 'b').not(),
};

// The parameters of cost and settle are known, in a list and alone.
const settled = { settle: 0 };
const ownLimiter = {
  acquire: async () => 0,
  tryAcquire: () => true,
  settle: (acquired: number, used: number) => console.log(acquired - used),
};
export const limited = [
  new Retrying({ limiter: { limiter, cost: (state) => state.attemptNumber, settle: (value) => value.usage } }),
  new Retrying({
    limiter: [
      limiter,
      ownLimiter,
      { limiter: ownLimiter, cost: (state) => state.attemptNumber, settle: (value) => value.usage },
    ],
  }),
  new Retrying({
    limiter: {
      acquire: async () => 0,
      tryAcquire: () => true,
      settle: (acquired, used) => console.log(acquired - used),
    },
  }),
  retry(async () => settled, { limiter: { limiter, settle: async (value) => value.settle } }),
];

export class Feeds {
  @Throttle({ limiter, cost: ({ args }) => args.length, settle: (value, { args }) => value.usage + args.length })
  async load(): Promise<object> {
    return settled;
  }
  @RetryStream({ stop: stop.afterAttempt(2) })
  async *generated(): AsyncGenerator<number> {
    yield 1;
  }
  @RetryStream()
  readable(): ReadableStream<number> {
    return new ReadableStream();
  }
  @RetryStream()
  async promised(): Promise<AsyncIterable<number>> {
    return this.generated();
  }
}

async function* numbers(from = 1): AsyncGenerator<number> {
  yield from;
}
export const streams = [
  retryStream(numbers, { ...httpRetry() }),
  retryStream(numbers, { ...httpRetry({ idempotent: true }), resume: ({ last }) => [last + 1] }),
  retryStream(numbers, httpRetry<number>({ stop: stop.afterAttempt(2) })),
];
export const replaced: RetryOptions<number> = httpRetry({ fallback: () => 1 });

// With `exactOptionalPropertyTypes`, too, a setting that may be missing is passed on as it is.
export const backoff = async (settings: { retries?: number; delay?: number }): Promise<Response> =>
  fetchWithBackoff('data:,hello', { maxRetries: settings.retries, baseDelay: settings.delay });
