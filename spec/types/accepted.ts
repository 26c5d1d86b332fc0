// Compiled, never run: what the compiler has to accept, and the types that come of it, in both decorator modes.
import {
  Hook,
  Retry,
  Retrying,
  RetryError,
  RetryStrategy,
  StopStrategy,
  Throttle,
  TokenBucket,
  WaitStrategy,
  beforeSleep,
  retry,
  retryIf,
  retryPolicies,
  retryWith,
  retryingOf,
  statisticsOf,
  stop,
  wait,
} from 'tenax';
import { policyFromJSON } from 'tenax/json';
import type { Clock, RateLimiter, RetryCallState, RetryOptions, RetryStatistics } from 'tenax';

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
  retryErrorCallback: async (state) => (state.outcome?.failed === false ? state.outcome.value : 0),
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
