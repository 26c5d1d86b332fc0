import type { AcquireOptions, RateLimiter } from 'tenax';
import { VirtualClock } from 'tenax/testing';

/** Virtual time, callers by name, and a log of when each of them was granted or how it was refused. */
export interface AskLog {
  readonly clock: VirtualClock;
  /** `'a at 1000'` for a grant, `'a LimiterFullError'` for a refusal. */
  readonly log: string[];
  ask(name: string, limiter: RateLimiter, tokens?: number, options?: AcquireOptions): void;
}

export function newAskLog(): AskLog {
  const clock = new VirtualClock();
  const log: string[] = [];
  return {
    clock,
    log,
    ask: (name, limiter, tokens = 1, options = {}) => {
      limiter.acquire(tokens, options).then(
        () => log.push(`${name} at ${Math.round(clock.now())}`),
        (error: unknown) => log.push(`${name} ${error instanceof Error ? error.name : String(error)}`),
      );
    },
  };
}
