import { abortReason, untilAborted } from '../base/abort.js';
import {
  checkClock,
  checkDuration,
  checkFunction,
  checkKeys,
  checkName,
  checkPositive,
  checkWhole,
} from '../base/check.js';
import { systemClock, type Clock } from '../base/clock.js';
import { processContext } from '../base/process-context.js';
import { INSPECT, inspectFields, type InspectArguments } from '../base/inspect.js';
import { GATE, type Gate, type GateBearer, type GateOptions } from '../call/gate.js';
import { checkAcquireOptions, checkRelease, checkTokens } from '../limits/acquire-request.js';
import { RateLimitTimeoutError } from '../limits/errors.js';
import { readForSlots } from '../limits/feedback.js';
import { limitGate } from '../limits/gate.js';
import { publishPause } from '../limits/queue.js';
import type { AcquireOptions, RateFeedback, RateLimiter } from '../limits/rate-limiter.js';
import { SLOTS } from '../limits/together.js';
import type { RedisClientLike } from './client.js';
import { connectionOf } from './redis-store.js';
import { SlotsClaimant } from './slots-claimant.js';
import { SlotsLink } from './slots-link.js';

/** Options of a `RedisConcurrencyLimiter`. */
export interface RedisConcurrencyLimiterOptions {
  /** A client of ioredis or node-redis. One that is not connected yet is connected; its offline queue is not used. */
  readonly client: RedisClientLike;
  /** The key under which Redis keeps the slots. All processes must use the same limit for it. */
  readonly key: string;
  /** The slots of all processes together; 0 pauses. */
  readonly limit: number;
  /** Milliseconds after which the slots of a process that died become free. Default 30 000. */
  readonly lease?: number | undefined;
  /** Milliseconds until a command without a reply counts as failed. Default 1000. */
  readonly timeout?: number | undefined;
  /** The most callers that may wait in this process. Default `Infinity`. */
  readonly maxPending?: number | undefined;
  /** Default: real time. */
  readonly clock?: Clock | undefined;
}

/**
 * A `ConcurrencyLimiter` that any number of processes share: at most `limit` at once in all of them together. A
 * process renews its slots while they are in use. They become free `lease` milliseconds after the process died or stopped
 * responding.
 *
 * @throws TypeError or RangeError that names the option and what it takes.
 *
 * @example
 * ```ts no-run
 * import { Redis } from 'ioredis';
 * import { RedisConcurrencyLimiter } from 'tenax/redis';
 *
 * const slots = new RedisConcurrencyLimiter({ client: new Redis(), key: 'exports', limit: 8 });
 * await slots.run(async () => 'done');
 * ```
 */
export class RedisConcurrencyLimiter implements RateLimiter, GateBearer {
  /** @internal */
  readonly [SLOTS]: string;
  readonly #clock: Clock;
  readonly #claimant: SlotsClaimant;

  constructor(options: RedisConcurrencyLimiterOptions) {
    const what = 'RedisConcurrencyLimiter';
    checkKeys(what, options, ['client', 'key', 'limit', 'lease', 'timeout', 'maxPending', 'clock']);
    const { client, key, limit, lease = 30_000, timeout = 1000, maxPending = Infinity, clock = systemClock } = options;
    checkName(`${what}: key`, key);
    checkWhole(`${what}: limit`, limit);
    checkPositive(`${what}: lease`, lease);
    checkDuration(`${what}: timeout`, timeout);
    checkWhole(`${what}: maxPending`, maxPending, 0, { infinite: true });
    checkClock(`${what}: clock`, clock);
    this[SLOTS] = key;
    this.#clock = clock;
    const link = new SlotsLink(connectionOf(what, client), key, clock, timeout);
    this.#claimant = new SlotsClaimant(this, { link, clock, limit, lease, maxPending });
  }

  /** The slots of all processes together. Assigning it applies to all processes; slots in use stay in use. 0 pauses. */
  get limit(): number {
    return this.#claimant.limit;
  }

  set limit(limit: number) {
    this.#claimant.assign(checkWhole('RedisConcurrencyLimiter: limit', limit));
  }

  /** Slots in use in this process. */
  get inFlight(): number {
    return this.#claimant.inUse;
  }

  /** The number of callers that wait in this process. */
  get pending(): number {
    return this.#claimant.pending;
  }

  /** Free slots, as far as this process knows. */
  get available(): number {
    return this.#claimant.available;
  }

  /** @internal */
  get isLikeNew(): boolean {
    return this.#claimant.isLikeNew;
  }

  /**
   * Resolves with the milliseconds waited, once this process has `tokens` (1) slots. Rejects as
   * `ConcurrencyLimiter.acquire` does, and with `LimiterUnavailableError` if the server cannot be reached.
   */
  async acquire(tokens = 1, options: AcquireOptions = {}): Promise<number> {
    this.#checkCost(tokens);
    checkAcquireOptions(options);
    if (options.signal?.aborted) throw abortReason(options.signal);
    if (tokens === 0) return 0;
    if (processContext.testing !== undefined) {
      this.#claimant.takeInTestMode(tokens);
      return 0;
    }
    return this.#claimant.acquire(tokens, options);
  }

  /**
   * Takes `tokens` (1) slots and resolves with true, if they are free and no caller of this process waits. Otherwise takes
   * nothing and resolves with false. Rejects with `LimiterUnavailableError` if the server cannot be reached.
   */
  async tryAcquire(tokens = 1): Promise<boolean> {
    if (tokens > 0 && this.pending > 0 && processContext.testing === undefined) {
      this.#checkCost(tokens);
      return false;
    }
    try {
      await this.acquire(tokens, { maxWait: 0 });
      return true;
    } catch (error) {
      if (error instanceof RateLimitTimeoutError) return false;
      throw error;
    }
  }

  /**
   * Frees `tokens` (1) slots. If this process lost them because its lease ended, other processes' slots stay in use.
   *
   * @throws Error for more slots than are in use; nothing changes then.
   */
  release(tokens = 1): void {
    this.checkRelease(tokens);
    this.#claimant.release(tokens);
  }

  /** @internal */
  checkRelease(tokens: number): void {
    checkRelease(tokens, this.inFlight);
  }

  /**
   * Waits for a slot, calls `fn`, and frees the slot when `fn` has ended. Settles as `fn` does, or rejects with
   * `signal.reason` as soon as the signal aborts. Even then the slot is held until `fn` has ended.
   *
   * @throws what `acquire` rejects with.
   */
  async run<T>(fn: () => T | PromiseLike<T>, options: AcquireOptions = {}): Promise<Awaited<T>> {
    checkFunction('RedisConcurrencyLimiter.run', fn);
    const { signal } = options;
    await this.acquire(1, options);
    const held = (async (): Promise<Awaited<T>> => {
      try {
        // It may have aborted since the grant.
        if (signal?.aborted) throw abortReason(signal);
        return await fn();
      } finally {
        this.release();
      }
    })();
    return untilAborted(held, signal);
  }

  /** Resolves once no slot is in use in this process and no caller waits. */
  idle(): Promise<void> {
    return this.#claimant.idle();
  }

  /** Admits no caller, in any process, for `ms` milliseconds. Of several pauses, the latest end counts. */
  pauseFor(ms: number): void {
    checkDuration('pauseFor', ms, { infinite: true });
    const until = this.#clock.now() + ms;
    publishPause(this, ms);
    this.#claimant.pauseUntil(until);
  }

  /** Follows what a server said: a 429 that names a time pauses all processes. */
  report(feedback: RateFeedback): void {
    const { pause } = readForSlots(feedback);
    if (pause > 0) this.pauseFor(pause);
  }

  /** What Node prints. @internal */
  [INSPECT](...how: InspectArguments): string {
    return inspectFields(this, ['limit', 'inFlight', 'pending'], how);
  }

  /** @internal */
  [GATE](all: readonly unknown[], options: GateOptions): Gate {
    return limitGate(all as never, options);
  }

  #checkCost(tokens: number): void {
    checkTokens(tokens, this.limit === 0 ? Number.MAX_VALUE : this.limit, 'limit');
  }
}
