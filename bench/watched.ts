import { subscribe } from 'node:diagnostics_channel';
import { CircuitBreaker, ConcurrencyLimiter, RetryBudget, SlidingWindow, TokenBucket, type RateLimiter } from 'tenax';
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

/** A window and slots beside which every attempt is counted. */
export class WatchedLimits {
  readonly window: SlidingWindow;
  readonly slots: ConcurrencyLimiter;
  attempts = 0;
  over = 0;
  #inFlight = 0;
  #begun: number[] = [];
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock, { limit, window, slots }: { limit: number; window: number; slots: number }) {
    this.window = new SlidingWindow({ limit, window, clock });
    this.slots = new ConcurrencyLimiter({ limit: slots, clock });
    this.#clock = clock;
  }

  /** Runs an attempt, which ends with its signal even if the function goes on. */
  async run<T>(fn: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const now = this.#clock.now();
    this.attempts += 1;
    this.#begun = [...this.#begun.filter((at) => at > now - this.window.window + ROUNDING), now];
    this.#inFlight += 1;
    if (this.#begun.length > this.window.limit || this.#inFlight > this.slots.limit) this.over += 1;
    let running = true;
    const end = (): void => {
      if (running) this.#inFlight -= 1;
      running = false;
    };
    signal?.addEventListener('abort', end, { once: true });
    try {
      return await fn();
    } finally {
      signal?.removeEventListener('abort', end);
      end();
    }
  }

  faults(): string[] {
    const { inFlight, pending } = this.slots;
    return [
      this.over > 0 && `${this.over} attempts were one too many in their window or their slots`,
      inFlight + pending + this.window.pending > 0 && `${inFlight} slots are in use, ${pending} wait for one`,
    ].filter((fault) => fault !== false);
  }
}

/** A breaker beside which is counted what it lets through. */
export class WatchedBreaker {
  readonly breaker: CircuitBreaker;
  attempts = 0;
  opened = 0;
  wrong = 0;
  #probes = 0;

  constructor(clock: VirtualClock) {
    this.breaker = new CircuitBreaker({ failures: 4, ratio: 0.5, clock });
    subscribe('tenax:breaker', (message) => {
      if ((message as { readonly to: string }).to === 'open') this.opened += 1;
    });
  }

  async run<T>(fn: () => Promise<T>): Promise<T> {
    this.attempts += 1;
    const { state } = this.breaker;
    const isProbe = state === 'half-open';
    if (isProbe) this.#probes += 1;
    if (state === 'open' || this.#probes > 1) this.wrong += 1;
    try {
      return await fn();
    } finally {
      if (isProbe) this.#probes -= 1;
    }
  }

  faults(): string[] {
    return this.wrong > 0 ? [`${this.wrong} attempts went through an open breaker, or beside a probe`] : [];
  }
}
