import type { AcquireOptions, RateLimiter } from 'tenax';
import type { VirtualClock } from 'tenax/testing';

/**
 * Deliberately wrong buckets with the interface of a real one. They prove that the properties can fail: the specs that a
 * TokenBucket passes must catch them.
 */
export interface WrongBucketOptions {
  readonly rate: number;
  readonly capacity: number;
  readonly clock: VirtualClock;
}

/** The base of the two buckets below: a correct level, from which they take in a wrong way. */
abstract class LevelBucket implements RateLimiter {
  protected tokens: number;
  #last: number;

  constructor(readonly options: WrongBucketOptions) {
    this.tokens = options.capacity;
    this.#last = options.clock.now();
  }

  abstract acquire(n?: number, options?: AcquireOptions): Promise<number>;

  tryAcquire(n = 1): boolean {
    const { rate, capacity, clock } = this.options;
    this.tokens = Math.min(capacity, this.tokens + ((clock.now() - this.#last) * rate) / 1000);
    this.#last = clock.now();
    if (this.tokens < n) return false;
    this.tokens -= n;
    return true;
  }

  /** Milliseconds until there are `n` tokens. */
  protected missing(n: number): number {
    return ((n - this.tokens) / this.options.rate) * 1000;
  }
}

/** The naive bucket: it forgets the debt, and the caller's own wait refills the bucket again. */
export class NaiveBucket extends LevelBucket {
  async acquire(n = 1, { signal }: AcquireOptions = {}): Promise<number> {
    if (this.tryAcquire(n)) return 0;
    const ms = this.missing(n);
    this.tokens = 0;
    await this.options.clock.sleep(ms, signal);
    return ms;
  }
}

/** Keeps the bound but has no queue: any caller that polls at the right time takes the tokens, and a large weight starves. */
export class PollingBucket extends LevelBucket {
  async acquire(n = 1, { signal }: AcquireOptions = {}): Promise<number> {
    const { clock } = this.options;
    const since = clock.now();
    while (!this.tryAcquire(n)) await clock.sleep(Math.max(0.001, this.missing(n)), signal);
    return clock.now() - since;
  }
}

/** A fixed window of `capacity`, counted from the clock's zero: at the edge of two windows it grants twice that. */
export class FixedWindowBucket implements RateLimiter {
  #window = -1;
  #used = 0;

  constructor(readonly options: WrongBucketOptions) {}

  async acquire(n = 1, { signal }: AcquireOptions = {}): Promise<number> {
    const { clock } = this.options;
    const since = clock.now();
    while (!this.tryAcquire(n)) await clock.sleep((this.#window + 1) * this.#length - clock.now(), signal);
    return clock.now() - since;
  }

  tryAcquire(n = 1): boolean {
    const window = Math.floor(this.options.clock.now() / this.#length + 1e-9);
    if (window > this.#window) {
      this.#window = window;
      this.#used = 0;
    }
    if (this.#used + n > this.options.capacity) return false;
    this.#used += n;
    return true;
  }

  get #length(): number {
    return (this.options.capacity / this.options.rate) * 1000;
  }
}

/** Acquires its members one after the other: they are charged long before the grant, and a refusal loses tokens. */
export class SequentialCombination implements RateLimiter {
  constructor(readonly members: readonly RateLimiter[]) {}

  async acquire(n = 1, options: AcquireOptions = {}): Promise<number> {
    let waited = 0;
    for (const member of this.members) waited += await member.acquire(n, options);
    return waited;
  }

  async tryAcquire(n = 1): Promise<boolean> {
    for (const member of this.members) if (!(await member.tryAcquire(n))) return false;
    return true;
  }
}
