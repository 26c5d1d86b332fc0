import { checkNotNaN, formatValue } from '../base/check.js';
import { processContext } from '../base/process-context.js';
import { ignoreRejection } from '../base/thenable.js';
import { GATE, GateFault, kindOf, type Admission, type Gate, type GateBearer, type GateOptions } from '../call/gate.js';
import type { Limit } from '../limits/keyed-limiter.js';
import type { RateLimiter } from '../limits/rate-limiter.js';
import { firstTrait, type Strategy } from '../strategies/strategy.js';

/** What stands in the list of limits: a limiter, a keyed one, or `{ limiter, cost, settle }`. */
interface LimitLike {
  readonly limiter?: LimitLike;
  readonly acquire?: unknown;
  readonly for?: unknown;
  readonly [GATE]?: GateBearer[typeof GATE];
}

const inner = (limit: LimitLike): LimitLike => limit.limiter ?? limit;

/** Reads the option `limiter` as a list. */
export function checkLimits(option: string, value: unknown): readonly Limit[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const each of list) {
    const limiter = typeof each === 'object' && each !== null ? inner(each) : (each as LimitLike | null | undefined);
    const acquires = typeof limiter?.acquire === 'function' || typeof limiter?.for === 'function';
    if (!acquires || kindOf(limiter) !== undefined) {
      throw new TypeError(
        `${option} takes a rate limiter (new TokenBucket({ rate: 10 })) or a list of them, got ${formatValue(each)}`,
      );
    }
  }
  if (list.length === 0) throw new TypeError(`${option} takes at least one rate limiter, got an empty list`);
  return list as readonly Limit[];
}

/** How a policy waits for its limits, completed. */
type WaitingOptions = Required<Pick<GateOptions, 'priority' | 'maxWait'>>;

/** The gate of the option `limiter`: tenax's own limits bring it along, so that a policy without them does not load it. */
export function limiterGate(limits: readonly Limit[], wait: Strategy, options: WaitingOptions): Gate {
  const bearer = limits.map((limit) => inner(limit as LimitLike)).find((limiter) => limiter[GATE] !== undefined);
  const all = { ...options, cap: firstTrait(wait, 'serverTimeCap') };
  if (bearer?.[GATE] !== undefined) return bearer[GATE](limits, all);
  if (processContext.limitGate !== undefined) return processContext.limitGate(limits, all) as Gate;
  const [limiter, ...others] = limits as readonly [RateLimiter, ...RateLimiter[]];
  if (others.length > 0 || typeof limiter.acquire !== 'function') {
    throw new TypeError('limiter takes one limiter of your own; import allOf or a limit of tenax to combine several');
  }
  return foreignGate(limiter, options);
}

/** The gate of one limiter that is not tenax's own. */
function foreignGate(limiter: RateLimiter, { priority, maxWait }: WaitingOptions): Gate {
  return {
    isLimit: true,
    async admit({ state, signal, remaining }: Admission) {
      const options = { signal, maxWait: Math.min(maxWait, remaining), priority: priorityOf(priority, state) };
      await limiter.acquire(1, options);
      return {
        cancel: () => {
          limiter.settle?.(1, 0);
          limiter.release?.(1);
        },
        end: (outcome) => {
          const { status, retryAfter } = ((outcome.failed ? outcome.error : outcome.value) ?? {}) as Record<
            string,
            any
          >;
          if (typeof status === 'number') limiter.report?.({ status, retryAfter: retryAfter as number | undefined });
          limiter.release?.(1);
        },
      };
    },
  };
}

function priorityOf(priority: WaitingOptions['priority'], state: unknown): number {
  if (typeof priority === 'number') return priority;
  try {
    return checkNotNaN('priority', ignoreRejection(priority(state)));
  } catch (error) {
    throw new GateFault('priority', error);
  }
}

/** Reads the option `breaker`. */
export function checkBreaker(option: string, value: unknown): void {
  if (kindOf(value) === 'breaker') return;
  throw new TypeError(`${option} takes a CircuitBreaker or CircuitBreakers, got ${formatValue(value)}`);
}

export const breakerGate = (breaker: GateBearer): Gate => breaker[GATE]([breaker], {});
