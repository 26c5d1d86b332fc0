import type { AcquireOptions, RateLimiter } from './rate-limiter.js';
import { callSafely } from './call-safely.js';

/** A number of tokens of one limiter. */
export interface Demand {
  readonly limiter: RateLimiter;
  readonly tokens: number;
}

/**
 * The key of a limiter's `Together` object. Limiters with the same object can be acquired together, in one round trip to their
 * store.
 */
export const TOGETHER: unique symbol = Symbol.for('tenax.together') as never;

/** Acquires from several limiters of one store at once. */
export interface Together {
  /** Does what `acquire` of each limiter does, for all or none. */
  acquireAll(demands: readonly Demand[], options: AcquireOptions): Promise<number>;
  /** Does what `tryAcquire` of each limiter does, for all or none. */
  tryAcquireAll(demands: readonly Demand[]): Promise<boolean>;
}

/** Demands that are acquired at once: those of one store, or a single one. */
export interface DemandGroup {
  readonly demands: readonly Demand[];
  acquire(options: AcquireOptions): Promise<number>;
  tryAcquire(): Promise<boolean>;
}

/** Groups the demands on limiters of the same store. Any other demand is a group of its own. */
export function groupByStore(demands: readonly Demand[]): readonly DemandGroup[] {
  const groups = new Map<object, Demand[]>();
  for (const demand of demands) {
    const key = storeOf(demand.limiter) ?? demand;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [demand]);
    else group.push(demand);
  }
  return [...groups.values()].map(toGroup);
}

const storeOf = (limiter: RateLimiter): Together | undefined =>
  (limiter as { readonly [TOGETHER]?: Together })[TOGETHER];

function toGroup(demands: readonly Demand[]): DemandGroup {
  const { limiter, tokens } = demands[0] as Demand;
  const store = demands.length > 1 ? storeOf(limiter) : undefined;
  if (store !== undefined) {
    return {
      demands,
      acquire: (options) => store.acquireAll(demands, options),
      tryAcquire: () => store.tryAcquireAll(demands),
    };
  }
  return {
    demands,
    acquire: async (options) => limiter.acquire(tokens, options),
    tryAcquire: async () => limiter.tryAcquire(tokens),
  };
}

/** Gives back what was acquired but is not needed. */
export function giveBack(demands: readonly Demand[]): void {
  for (const { limiter, tokens } of demands) {
    callSafely(limiter, 'settle', () => limiter.settle?.(tokens, 0));
    callSafely(limiter, 'release', () => limiter.release?.(tokens));
  }
}
