// Two providers of the same service, such as two APIs for language models. The first is asked as long as it can answer
// soon; the second takes its place meanwhile. main.ts runs it.
import {
  CircuitBreaker,
  CircuitOpenError,
  LimiterFullError,
  RateLimitTimeoutError,
  Retrying,
  retryIf,
  stop,
  TokenBucket,
  wait,
  type Clock,
} from 'tenax';
import { NetworkError, RateLimitError, ServerError } from 'tenax/http';

/** A service that answers questions. */
export interface Provider {
  readonly name: string;
  ask(question: string, signal: AbortSignal): Promise<string>;
}

/** Milliseconds. A longer wait switches to the other provider. */
export const PATIENCE = 5_000;

/** The provider is busy, down, or was not asked. Whatever else is wrong is wrong for the other provider too. */
const SWITCHES = [
  RateLimitError,
  ServerError,
  NetworkError,
  CircuitOpenError,
  RateLimitTimeoutError,
  LimiterFullError,
] as const;

const switches = (error: unknown): boolean => SWITCHES.some((Class) => error instanceof Class);

/** Each provider has its own limiter and breaker: what holds for one says nothing about the other. */
function policyOf(name: string, clock: Clock | undefined): Retrying {
  return new Retrying({
    // A short Retry-After is waited for. A long one ends the call here, and pauses the limiter for as long.
    wait: wait.retryAfter({ fallback: wait.fullJitter({ initial: 500, max: 2000 }) }),
    stop: stop.afterAttempt(3).or(stop.beforeDelay(PATIENCE)),
    retryIf: retryIf.exceptionType(RateLimitError, ServerError, NetworkError),
    limiter: new TokenBucket({ rate: 50, capacity: 10, clock }),
    // While the limiter is paused for longer than that, it refuses at once, and nothing is sent.
    maxWait: PATIENCE,
    breaker: new CircuitBreaker({ name, failures: 5, clock }),
    attemptTimeout: 10_000,
    reraise: true,
    clock,
  });
}

/** Asks the first provider that can answer soon. */
export class Failover {
  readonly #providers: readonly { readonly provider: Provider; readonly policy: Retrying }[];

  constructor(providers: readonly Provider[], clock?: Clock) {
    this.#providers = providers.map((provider) => ({ provider, policy: policyOf(provider.name, clock) }));
  }

  async ask(question: string): Promise<string> {
    let last: unknown;
    for (const { provider, policy } of this.#providers) {
      try {
        return await policy.run(({ signal }) => provider.ask(question, signal));
      } catch (error) {
        if (!switches(error)) throw error;
        last = error;
      }
    }
    throw last;
  }
}
