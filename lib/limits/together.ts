import type { AcquireOptions, RateLimiter } from './rate-limiter.js';
import { tell } from './tell.js';

/** So many tokens of one limiter. */
export interface Claim {
  readonly limiter: RateLimiter;
  readonly tokens: number;
}

/**
 * Limiters over one store say under this key how to ask several of them in one round trip: all or none. Limiters with the
 * same `Together` object are asked together.
 */
export const TOGETHER: unique symbol = Symbol.for('tenax.together') as never;

/** A store that grants several of its limiters at once. */
export interface Together {
  /** As `acquire` of each, but all or none. */
  acquireAll(claims: readonly Claim[], options: AcquireOptions): Promise<number>;
  /** As `tryAcquire` of each, but all or none. */
  tryAcquireAll(claims: readonly Claim[]): Promise<boolean>;
}

/** Claims that are asked for at once: those of one store, or a single one. */
export interface ClaimGroup {
  readonly claims: readonly Claim[];
  acquire(options: AcquireOptions): Promise<number>;
  tryAcquire(): Promise<boolean>;
}

/** Groups the claims of limiters that share a store; any other limiter is asked alone. */
export function grouped(claims: readonly Claim[]): readonly ClaimGroup[] {
  const groups = new Map<object, Claim[]>();
  for (const claim of claims) {
    const key = storeOf(claim.limiter) ?? claim;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [claim]);
    else group.push(claim);
  }
  return [...groups.values()].map(toGroup);
}

const storeOf = (limiter: RateLimiter): Together | undefined =>
  (limiter as { readonly [TOGETHER]?: Together })[TOGETHER];

function toGroup(claims: readonly Claim[]): ClaimGroup {
  const { limiter, tokens } = claims[0] as Claim;
  const store = claims.length > 1 ? storeOf(limiter) : undefined;
  if (store !== undefined) {
    return {
      claims,
      acquire: (options) => store.acquireAll(claims, options),
      tryAcquire: () => store.tryAcquireAll(claims),
    };
  }
  return {
    claims,
    acquire: async (options) => limiter.acquire(tokens, options),
    tryAcquire: async () => limiter.tryAcquire(tokens),
  };
}

/** Gives back what was acquired and is not used after all. */
export function giveBack(claims: readonly Claim[]): void {
  for (const { limiter, tokens } of claims) {
    tell(limiter, 'settle', () => limiter.settle?.(tokens, 0));
    tell(limiter, 'release', () => limiter.release?.(tokens));
  }
}
