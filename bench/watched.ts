import { RetryBudget, TokenBucket, type RateLimiter } from 'tenax';
import type { VirtualClock } from 'tenax/testing';

/** Sums of floating-point numbers differ in their last digits. */
const ROUNDING = 1e-6;

/** A bucket beside which a simple count holds it to its word: the bound of every window, and nobody admitted in a pause. */
export class WatchedBucket implements RateLimiter {
  readonly bucket: TokenBucket;
  granted = 0;
  grants = 0;
  refused = 0;
  /** The most by which a window held more than capacity + rate · t. */
  over = -Infinity;
  grantedInPause = 0;
  readonly #clock: VirtualClock;
  readonly #perMs: number;
  #lowest = Infinity;
  #pausedAt = -Infinity;
  #pausedUntil = -Infinity;

  constructor(clock: VirtualClock, rate: number, capacity: number) {
    this.bucket = new TokenBucket({ rate, capacity, clock });
    this.#clock = clock;
    this.#perMs = rate / 1000;
  }

  async acquire(...args: Parameters<TokenBucket['acquire']>): Promise<number> {
    try {
      const waited = await this.bucket.acquire(...args);
      this.#note(args[0] ?? 1);
      return waited;
    } catch (error) {
      this.refused += 1;
      throw error;
    }
  }

  tryAcquire(tokens = 1): boolean {
    const taken = this.bucket.tryAcquire(tokens);
    if (taken) this.#note(tokens);
    return taken;
  }

  /** The server said to wait. */
  throttle(retryAfter: number): void {
    this.bucket.report({ status: 429, retryAfter });
    this.#pausedAt = this.#clock.now();
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#pausedAt + retryAfter);
  }

  #note(tokens: number): void {
    const now = this.#clock.now();
    // What was granted in the very moment of the pause may be seen after it.
    if (now < this.#pausedUntil && now !== this.#pausedAt) this.grantedInPause += 1;
    this.#lowest = Math.min(this.#lowest, this.granted - now * this.#perMs);
    this.granted += tokens;
    this.grants += 1;
    this.over = Math.max(this.over, this.granted - now * this.#perMs - this.#lowest - this.bucket.capacity);
  }

  faults(): string[] {
    return [
      this.over > ROUNDING && `a window held ${this.over} tokens too many`,
      this.grantedInPause > 0 && `${this.grantedInPause} were admitted in a pause`,
      this.bucket.pending > 0 && `${this.bucket.pending} still wait for the bucket`,
    ].filter((fault) => fault !== false);
  }
}

/** A budget beside which every window is counted. */
export class WatchedBudget {
  readonly #budget: RetryBudget;
  readonly #clock: VirtualClock;
  readonly #options: { readonly ratio: number; readonly minPerSecond: number; readonly window: number };
  #first: number[] = [];
  #retries: number[] = [];
  refused = 0;
  over = -Infinity;

  constructor(clock: VirtualClock, options: WatchedBudget['allowed']) {
    this.#budget = new RetryBudget({ ...options, clock });
    this.#clock = clock;
    this.#options = options;
  }

  get allowed(): { readonly ratio: number; readonly minPerSecond: number; readonly window: number } {
    return this.#options;
  }

  recordAttempt(): void {
    this.#budget.recordAttempt();
    this.#first.push(this.#clock.now());
  }

  tryRetry(): boolean {
    if (!this.#budget.tryRetry()) {
      this.refused += 1;
      return false;
    }
    const { ratio, minPerSecond, window } = this.#options;
    const now = this.#clock.now();
    this.#retries.push(now);
    const recent = (time: number): boolean => time > now - window;
    this.#first = this.#first.filter(recent);
    this.#retries = this.#retries.filter(recent);
    const most = this.#first.length * ratio + (minPerSecond * window) / 1000;
    this.over = Math.max(this.over, this.#retries.length - most);
    return true;
  }

  faults(): string[] {
    return this.over > ROUNDING ? [`a window held ${this.over} retries too many`] : [];
  }
}
