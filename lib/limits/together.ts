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

/** The key of the name that slots have in a store. Every combination acquires slots in the order of these names. */
export const SLOTS: unique symbol = Symbol.for('tenax.slots') as never;

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

/**
 * Groups the demands on limiters of the same store. Any other demand is a group of its own. Slots come first: a token that
 * waited for a slot would be used late, on top of those that have refilled since. They are in the order of their names,
 * since callers that hold one and wait for the other would wait forever if others did so the other way round.
 */
export function groupByStore(demands: readonly Demand[]): readonly DemandGroup[] {
  const groups = new Map<object, Demand[]>();
  for (const demand of demands) {
    const { limiter } = demand;
    const key = storeOf(limiter) ?? (slotsName(limiter) === undefined ? demand : limiter);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [demand]);
    else group.push(demand);
  }
  return [...groups.values()].sort(slotsFirst).map(toGroup);
}

const storeOf = (limiter: RateLimiter): Together | undefined =>
  (limiter as { readonly [TOGETHER]?: Together })[TOGETHER];

const slotsName = (limiter: RateLimiter): string | undefined => (limiter as { readonly [SLOTS]?: string })[SLOTS];

function slotsFirst([one]: readonly Demand[], [other]: readonly Demand[]): number {
  const [a, b] = [slotsName((one as Demand).limiter), slotsName((other as Demand).limiter)];
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a < b ? -1 : Number(a > b);
}

function toGroup(demands: readonly Demand[]): DemandGroup {
  const { limiter } = demands[0] as Demand;
  const store = demands.length > 1 ? storeOf(limiter) : undefined;
  if (store !== undefined) {
    return {
      demands,
      acquire: (options) => store.acquireAll(demands, options),
      tryAcquire: () => store.tryAcquireAll(demands),
    };
  }
  const tokens = demands.reduce((sum, demand) => sum + demand.tokens, 0);
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
