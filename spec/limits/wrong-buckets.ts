import type { AcquireOptions, RateLimiter } from 'tenax';
import type { VirtualClock } from 'tenax/testing';

/**
 * Buckets that do not keep their word, in the shape of a real one. They stay here as proof that the properties can fail:
 * the specs that a TokenBucket passes must catch these.
 */
export interface WrongBucketOptions {
  readonly rate: number;
  readonly capacity: number;
  readonly clock: VirtualClock;
}

/** The well-known naive bucket: the debt is forgotten, and the sleeper's own wait refills the bucket again. */
export class NaiveBucket implements RateLimiter {
  #tokens: number;
  #last: number;

  constructor(readonly options: WrongBucketOptions) {
    this.#tokens = options.capacity;
    this.#last = options.clock.now();
  }

  async acquire(n = 1, { signal }: AcquireOptions = {}): Promise<number> {
    const { rate, clock } = this.options;
    this.#refill();
    if (this.#tokens >= n) {
      this.#tokens -= n;
      return 0;
    }
    const ms = ((n - this.#tokens) / rate) * 1000;
    this.#tokens = 0;
    await clock.sleep(ms, signal);
    return ms;
  }

  tryAcquire(n = 1): boolean {
    this.#refill();
    if (this.#tokens < n) return false;
    this.#tokens -= n;
    return true;
  }

  #refill(): void {
    const { rate, capacity, clock } = this.options;
    this.#tokens = Math.min(capacity, this.#tokens + ((clock.now() - this.#last) * rate) / 1000);
    this.#last = clock.now();
  }
}

/** `capacity` a window, counted from the clock's zero: two windows' worth pass at the edge between them. */
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
