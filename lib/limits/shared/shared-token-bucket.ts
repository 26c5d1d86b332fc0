import { abortReason } from '../../base/abort.js';
import { checkDuration, checkRange, formatValue } from '../../base/check.js';
import { type Clock } from '../../base/clock.js';
import { processContext } from '../../base/process-context.js';
import { INSPECT, inspectFields, type InspectArguments } from '../../base/inspect.js';
import { GATE, type Gate, type GateBearer, type GateOptions } from '../../call/gate.js';
import { checkAcquireOptions, checkSettlement, checkTokens } from '../acquire-request.js';
import { readFeedback } from '../feedback.js';
import { limitGate } from '../gate.js';
import { publishPause } from '../queue.js';
import type { AcquireOptions, RateFeedback, RateLimiter } from '../rate-limiter.js';
import { TOGETHER, type Together } from '../together.js';
import {
  bucketForSharedWindow,
  withBucketDefaults,
  type SharedTokenBucketOptions,
  type SharedWindowOptions,
} from './bucket-options.js';
import type { Claimant } from './claimant.js';
import { KeyView } from './key-view.js';
import { startIdleTimer } from './idle-timer.js';
import type { LimitStore } from './limit-store.js';
import { registerMember, togetherOf, type SharedMember } from './shared-together.js';

/**
 * A `TokenBucket` that any number of processes share through a {@link LimitStore}. A process claims tokens that are
 * there or soon will be, and has a place in the line for those that come later. See docs/decisions/shared-bucket.md.
 *
 * @throws TypeError or RangeError that names the option and what it takes.
 *
 * @example
 * ```ts
 * import { SharedTokenBucket, stepLimits, type LimitState, type LimitStore } from 'tenax/redis';
 *
 * const states = new Map<string, LimitState>();
 * const store: LimitStore = {
 *   run: async (keys, command) => {
 *     const step = stepLimits(keys.map((key) => states.get(key)), command, Date.now() * 1000);
 *     step.states.forEach((state, i) => states.set(keys[i]!, state));
 *     return step.reply;
 *   },
 * };
 * const bucket = new SharedTokenBucket({ store, key: 'api', rate: 100 });
 * await bucket.acquire();
 * ```
 */
export class SharedTokenBucket implements RateLimiter, GateBearer {
  /** The name of the class in messages. @internal */
  protected static readonly what: string = 'SharedTokenBucket';
  /** Shared by the limits of one store, so that a combination acquires them in one command. @internal */
  readonly [TOGETHER]: Together;
  readonly #view: KeyView;
  readonly #member: SharedMember;
  readonly #clock: Clock;
  readonly #unit: string;
  #pauses = 0;

  constructor(options: SharedTokenBucketOptions) {
    const { key, rate, capacity, initial, processes, clock, unit, ...rest } = withBucketDefaults(
      new.target.what,
      options,
      'store',
    );
    const { store } = options;
    if (typeof (store as Partial<LimitStore> | undefined)?.run !== 'function') {
      throw new TypeError(
        `${new.target.what}: store takes a LimitStore, an object with run(keys, command, signal), got ${formatValue(store)}`,
      );
    }
    this.#clock = clock;
    this.#unit = unit;
    this.#view = new KeyView(key, rate, capacity, initial, processes);
    this.#member = registerMember(this, {
      view: this.#view,
      options: { store, clock, ...rest },
      checkCost: (tokens) => {
        checkTokens(tokens, capacity);
      },
    });
    this[TOGETHER] = togetherOf(store, key);
  }

  /**
   * Returns a bucket for a documented limit: no window of that length ever sees more than `limit`.
   *
   * @throws RangeError when `burst ≥ limit`: nothing would be left for the rate.
   */
  static forWindow(options: SharedWindowOptions): SharedTokenBucket {
    return new SharedTokenBucket(bucketForSharedWindow('SharedTokenBucket.forWindow', options, 'store'));
  }

  /** The most tokens that the bucket holds. It cannot be assigned. */
  get capacity(): number {
    return this.#view.capacity;
  }

  /** What is counted. */
  get unit(): string {
    return this.#unit;
  }

  /** The tokens in the bucket, as far as this process knows. Other processes may have taken some since. */
  get available(): number {
    const now = this.#clock.now();
    const { local, rate } = this.#view;
    return Math.max(0, local.inUse ? local.at(now, rate).tokens : this.#view.upperBound(now));
  }

  /** The number of waiting callers in this process, including those of combinations. */
  get pending(): number {
    return this.#member.claimants.reduce((sum, { queue }) => sum + queue.size, 0);
  }

  /**
   * True if it is in the state of a new one in this process: no caller waits, it is not paused, and its rate is the
   * configured one.
   */
  get idle(): boolean {
    const { rate, base, local, pausedUntil } = this.#view;
    return (
      this.#member.claimants.every((each) => each.idle) &&
      !local.inUse &&
      rate === base &&
      this.#clock.now() >= pausedUntil
    );
  }

  /** Milliseconds in which an empty bucket fills. @internal */
  get refillTime(): number {
    return (this.capacity / this.#view.base) * 1000;
  }

  /** Tokens per second, for all processes. An assigned rate also applies to callers that already wait. */
  get rate(): number {
    return this.#view.rate;
  }

  set rate(rate: number) {
    checkRange(`${(this.constructor as typeof SharedTokenBucket).what}: rate`, rate, 0, Number.MAX_VALUE);
    this.#view.assign(rate);
    this.#changed();
  }

  /**
   * Resolves with the milliseconds waited, once `tokens` (1) are granted. Rejects as `TokenBucket.acquire` does, and
   * with {@link LimiterUnavailableError} if the store cannot be reached and `onUnavailable` is `'throw'`.
   */
  async acquire(tokens = 1, options: AcquireOptions = {}): Promise<number> {
    checkTokens(tokens, this.capacity);
    checkAcquireOptions(options);
    if (options.signal?.aborted) throw abortReason(options.signal);
    if (tokens === 0 || processContext.testing !== undefined) return 0;
    return this.#own.acquire([tokens], tokens, options);
  }

  /**
   * Takes `tokens` (1) and resolves with true, if they are there and no caller of this process waits. Otherwise takes
   * nothing and resolves with false. Rejects as `acquire` does if the store cannot be reached.
   */
  async tryAcquire(tokens = 1): Promise<boolean> {
    checkTokens(tokens, this.capacity);
    if (tokens === 0 || processContext.testing !== undefined) return true;
    return this.#own.tryAcquire([tokens]);
  }

  /**
   * Corrects a charge: `used` of `acquired` tokens were needed. The rest comes back, up to a full bucket; further tokens are
   * owed.
   *
   * @throws TypeError or RangeError for a value that is not a number of tokens.
   */
  settle(acquired: number, used: number): void {
    checkSettlement(acquired, used);
    if (acquired === used || processContext.testing !== undefined) return;
    this.#view.settle(acquired - used, this.#clock.now());
    // The store has to learn of the grant before it is corrected. So the queue that has not reported yet sends both.
    (this.#member.claimants.find(({ link }) => link.hasUnreportedClaims) ?? this.#own).sendNow();
  }

  /**
   * Admits no caller, in any process, for `ms` milliseconds, and nothing refills meanwhile. Of several pauses, the latest
   * end counts.
   *
   * @throws TypeError or RangeError for a value that is not a number of milliseconds; `Infinity` is allowed.
   */
  pauseFor(ms: number): void {
    checkDuration('pauseFor', ms, { infinite: true });
    const until = this.#clock.now() + ms;
    if (until <= this.#view.pausedUntil) return;
    this.#pauses += 1;
    this.#view.pauseUntil(until, `${this.#own.link.owner}:${this.#pauses}`);
    this.#view.local.postpone(until);
    publishPause(this, ms);
    this.#changed();
    // The store does not notice the end of the pause if its clock was set back meanwhile.
    startIdleTimer(this.#clock, ms, () => {
      if (this.#view.mustEndPause) this.#own.sendNow();
    });
  }

  /** Follows what a server said: a Retry-After pauses all processes, and a remaining count lowers the level. */
  report(feedback: RateFeedback): void {
    const { pause, remaining } = readFeedback(feedback, this.#unit);
    if (pause > 0) this.pauseFor(pause);
    // This is sent with the next command: an answer does not cost a command of its own.
    if (remaining !== undefined) this.#view.lower(remaining, this.#clock.now());
  }

  /** What Node prints. @internal */
  [INSPECT](...how: InspectArguments): string {
    return inspectFields(this, ['rate', 'capacity', 'available', 'pending', 'unit'], how);
  }

  /** @internal */
  [GATE](all: readonly unknown[], options: GateOptions): Gate {
    return limitGate(all as never, options);
  }

  /** Its own queue. */
  get #own(): Claimant {
    return this.#member.claimants[0] as Claimant;
  }

  /** Informs the store of a new rate or pause, and asks again for waiting callers. */
  #changed(): void {
    this.#own.sendNow();
    for (const claimant of this.#member.claimants.slice(1)) if (claimant.queue.size > 0) claimant.sendNow();
  }
}
