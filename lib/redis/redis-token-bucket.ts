import { checkDuration, checkRange } from '../base/check.js';
import { setTimer, systemClock } from '../base/clock.js';
import { processContext } from '../base/process-context.js';
import { RateLimitTimeoutError, type LimiterUnavailableError } from '../limits/errors.js';
import { readFeedback } from '../limits/feedback.js';
import { holds } from '../limits/level.js';
import { publishPause, Waiter, WaiterQueue } from '../limits/queue.js';
import type { AcquireOptions, RateFeedback, RateLimiter } from '../limits/rate-limiter.js';
import { checkAcquireOptions, checkTokens, timeoutErrorIfOver } from '../limits/acquire-request.js';
import { scriptRunner } from './client.js';
import { Lease, leaseSize } from './lease.js';
import { LocalShare } from './local-share.js';
import { completed, type RedisTokenBucketOptions } from './options.js';
import { SharedLevel, type Ask } from './shared-level.js';

/**
 * A `TokenBucket` shared by any number of processes. The level lives on one Redis key and runs on Redis' clock; an acquire
 * is one round trip: the script reserves the tokens and answers when they are there, and the caller sleeps here, without
 * polling. Callers of one process stand in one queue, first come, first served; when several wait, the tokens of several
 * are reserved at once (at most half the capacity and 100 ms of the rate), so that commands become fewer under load.
 * What a cancelled waiter leaves goes to the next, or back to Redis.
 */
export class RedisTokenBucket implements RateLimiter {
  readonly #capacity: number;
  readonly #shared: SharedLevel;
  readonly #mode: 'throw' | 'local';
  readonly #local: LocalShare;
  readonly #timeout: number;
  readonly #queue = new WaiterQueue();
  readonly #rateAsMade: number;
  #rate: number;
  #lease: Lease | undefined;
  #pausedUntil = -Infinity;
  #remaining: { readonly tokens: number; readonly at: number } | undefined;
  #running = false;
  #nudge: (() => void) | undefined;

  /** @throws TypeError or RangeError that names the option and what it takes. */
  constructor(options: RedisTokenBucketOptions) {
    const { client, key, rate, capacity, onUnavailable, timeout, processes } = completed(options);
    this.#rate = rate;
    this.#rateAsMade = rate;
    this.#capacity = capacity;
    this.#mode = onUnavailable;
    this.#timeout = timeout;
    this.#local = new LocalShare(capacity, processes, timeout);
    this.#shared = new SharedLevel(scriptRunner(client), key, capacity, timeout);
  }

  /** The largest burst. Not settable. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Tokens that are there now at most, as far as this process knows: others may have taken some since. */
  get available(): number {
    const now = systemClock.now();
    const level = this.#local.inUse
      ? this.#local.at(now, this.#rate, this.#weight(0)).tokens
      : this.#shared.atMost(now, this.#rate);
    return Math.max(0, level);
  }

  /** Whether it is as good as new in this process: nobody waits, unpaused, at the rate that it was made with. */
  get idle(): boolean {
    const unused = !this.#running && !this.#local.inUse && systemClock.now() >= this.#pausedUntil;
    return unused && this.#rate === this.#rateAsMade;
  }

  /** How many callers of this process wait. */
  get pending(): number {
    return this.#queue.size;
  }

  /** Tokens per second. Assigning takes effect with this process's next reservation. */
  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    this.#rate = checkRange('RedisTokenBucket: rate', rate, 0, Number.MAX_VALUE);
    this.#nudge?.();
  }

  /**
   * Resolves once `tokens` (1) are granted, with the milliseconds waited. Rejects as `TokenBucket.acquire` does, and with
   * `LimiterUnavailableError` when Redis is away and `onUnavailable` is 'throw'.
   */
  async acquire(tokens = 1, options?: AcquireOptions): Promise<number> {
    checkTokens(tokens, this.#capacity);
    if (options) checkAcquireOptions(options);
    const { signal, maxWait = Infinity } = options ?? {};
    signal?.throwIfAborted();
    if (tokens === 0 || processContext.testing !== undefined) return 0;
    const since = systemClock.now();
    const refusal = timeoutErrorIfOver(this.#atLeast(tokens, since), maxWait);
    if (refusal !== undefined) throw refusal;
    return new Promise((resolve, reject) => {
      const deadline = maxWait === Infinity ? undefined : since + maxWait;
      const left = (): void => this.#nudge?.();
      this.#queue.push(new Waiter({ tokens, since, deadline, signal, resolve, reject }, left));
      if (!this.#running) void this.#serve();
    });
  }

  /** Takes `tokens` (1) if they are there and nobody in this process waits; a refusal changes nothing. */
  async tryAcquire(tokens = 1): Promise<boolean> {
    checkTokens(tokens, this.#capacity);
    if (tokens === 0 || processContext.testing !== undefined) return true;
    if (this.#queue.size > 0 || this.#rate === 0 || systemClock.now() < this.#pausedUntil) return false;
    if (await this.#usesRedis()) {
      try {
        const answer = await this.#shared.ask({
          rate: this.#rate,
          tokens,
          maxWait: 0,
          remaining: this.#takeRemaining(),
        });
        return answer.granted;
      } catch (error) {
        if (this.#mode === 'throw') throw error;
        this.#goLocal();
      }
    }
    const level = this.#local.at(systemClock.now(), this.#rate, this.#weight(tokens));
    if (!holds(level, tokens)) return false;
    level.tokens -= tokens;
    return true;
  }

  /** Nobody, in any process, is given a new reservation for `ms` milliseconds; the latest end counts. */
  pauseFor(ms: number): void {
    checkDuration('pauseFor', ms, { infinite: true });
    const now = systemClock.now();
    const end = now + ms;
    if (end <= this.#pausedUntil) return;
    this.#pausedUntil = end;
    publishPause(this, ms);
    this.#local.postpone(end);
    // What was reserved here would come during the pause: it goes back, and is reserved again behind it.
    this.#tell({ pause: ms, giveBack: this.#dropLease() });
    this.#nudge?.();
  }

  /** Told of an answer: a Retry-After pauses all processes, and what the server says is left lowers the level. */
  report(feedback: RateFeedback): void {
    const { pause, remaining } = readFeedback(feedback);
    if (pause > 0) this.pauseFor(pause);
    // Sent along with the next reservation, so that answers cost no command.
    if (remaining === undefined) return;
    this.#remaining = { tokens: Math.min(remaining, this.#remaining?.tokens ?? Infinity), at: systemClock.now() };
  }

  /** What a newcomer waits at least, as far as this process knows. Redis refuses the rest. */
  #atLeast(tokens: number, now: number): number {
    if (this.#rate === 0) return Infinity;
    const wanted = this.#queue.tokens + tokens;
    if (this.#local.inUse) return this.#local.timeUntil(wanted, now, this.#rate, this.#weight(tokens));
    // What is leased has left the level already.
    const missing =
      wanted - Math.min(this.#queue.tokens, this.#lease?.unused ?? 0) - this.#shared.atMost(now, this.#rate);
    return Math.max(0, this.#pausedUntil - now, (missing / this.#rate) * 1000);
  }

  #takeRemaining(): number | undefined {
    const known = this.#remaining;
    this.#remaining = undefined;
    if (known === undefined) return undefined;
    return known.tokens + ((systemClock.now() - known.at) * this.#rate) / 1000;
  }

  /** Serves the queue until it is empty; one loop, at most one timer and one command at a time. */
  async #serve(): Promise<void> {
    this.#running = true;
    for (let head = this.#queue.head; head !== undefined; head = this.#queue.head) {
      const now = systemClock.now();
      const due = await this.#dueTime(head, now);
      if (due === undefined || this.#queue.head !== head) continue;
      if (due > systemClock.now()) {
        await this.#waitUntil(due);
        continue;
      }
      if (this.#local.inUse) this.#local.at(now, this.#rate, head.tokens).tokens -= head.tokens;
      else (this.#lease as Lease).take(head.tokens);
      head.grant(this, systemClock.now());
    }
    this.#running = false;
    const giveBack = this.#dropLease();
    if (giveBack !== undefined) this.#tell({ giveBack });
  }

  /** What is left of the lease and goes back to the server. */
  #dropLease(): Lease['rest'] {
    const rest = this.#lease?.rest;
    this.#lease = undefined;
    return rest;
  }

  /** Tells the server something that nobody waits for. */
  #tell(ask: Partial<Ask>): void {
    this.#shared.ask({ rate: this.#rate, ...ask }).catch(() => undefined);
  }

  /** When the head's tokens are there; `undefined` when it was answered otherwise. */
  async #dueTime(head: Waiter, now: number): Promise<number | undefined> {
    if (this.#rate === 0) return Infinity;
    if (await this.#usesRedis()) {
      if (this.#lease?.covers(head.tokens)) return Math.max(this.#pausedUntil, this.#lease.dueTime(head.tokens));
      await this.#reserve(head);
      return undefined;
    }
    // Looks for Redis again meanwhile.
    return now + Math.min(this.#local.timeUntil(head.tokens, now, this.#rate, head.tokens), this.#timeout);
  }

  async #reserve(head: Waiter): Promise<void> {
    const tokens = leaseSize(head, this.#rate, this.#capacity);
    const giveBack = this.#dropLease();
    const maxWait = head.deadline === undefined ? undefined : Math.max(0, head.deadline - systemClock.now());
    const ask = { rate: this.#rate, tokens, maxWait, giveBack, remaining: this.#takeRemaining() };
    const pausedUntil = this.#pausedUntil;
    try {
      const { granted, wait, hold, turn } = await this.#shared.ask(ask);
      const now = systemClock.now();
      if (granted) {
        this.#lease = new Lease(tokens, now + wait, this.#rate / 1000, turn);
        // A pause that was asked for meanwhile came to the server after this.
        if (this.#pausedUntil !== pausedUntil) this.#tell({ giveBack: this.#dropLease() });
        this.#pausedUntil = Math.max(this.#pausedUntil, now + hold);
      } else {
        // Nobody but one who named maxWait is refused.
        const allowed = (head.deadline as number) - head.since;
        head.reject(new RateLimitTimeoutError(now - head.since + wait, allowed));
      }
    } catch (error) {
      if (this.#mode === 'local') this.#goLocal();
      else this.#rejectAll(error as LimiterUnavailableError);
    }
  }

  #rejectAll(error: LimiterUnavailableError): void {
    for (let waiter = this.#queue.head; waiter !== undefined; waiter = this.#queue.head) {
      // One error each: a caller may add to its own.
      waiter.reject(error.copy());
    }
  }

  #goLocal(): void {
    this.#lease = undefined;
    this.#local.begin(systemClock.now(), this.#pausedUntil);
  }

  /** Whether Redis is to be asked. While this process goes on alone, one probe per `timeout` looks for it. */
  async #usesRedis(): Promise<boolean> {
    if (!this.#local.inUse) return true;
    if (!this.#local.probes(systemClock.now())) return false;
    try {
      await this.#shared.ask({ rate: this.#rate });
      this.#local.end();
      return true;
    } catch {
      return false;
    }
  }

  /** The most that somebody wants at once. */
  #weight(tokens: number): number {
    return Math.max(tokens, this.#queue.head?.tokens ?? 0);
  }

  /** Until then, or until something changed. */
  #waitUntil(time: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = time === Infinity ? undefined : setTimer(time - systemClock.now(), resolve);
      this.#nudge = (): void => {
        cancel?.();
        resolve();
      };
    });
  }
}
