import { checkClock, checkDuration, checkCallback, formatValue } from '../base/check.js';
import { systemClock, type Clock } from '../base/clock.js';
import { ignoreRejection } from '../base/thenable.js';
import { hostOf, type HostedRequest as RequestLike } from '../base/host-of.js';

/** Options of classes that keep an object for each key. */
export interface KeyOptions<Request = RequestLike> {
  /** Returns the key of a request. Default: its host, with its port unless that is the default. */
  readonly key?: ((request: Request) => string) | undefined;
  /** Milliseconds without use after which an entry in the state of a new one is dropped. Default 60 000. */
  readonly maxIdle?: number | undefined;
  /** Default: real time. */
  readonly clock?: Clock | undefined;
}

interface Entry<T> {
  readonly value: T;
  used: number;
}

/**
 * Keeps an object for each key, made at first use. An object in the state of a new one that was not used for `maxIdle`
 * is dropped, but stays the object of its key for as long as the program refers to it. Each use checks the two least
 * recently used entries, so there is no timer and no loop over all entries.
 */
export class KeyedEntries<Request, T extends object> {
  readonly #where: string;
  readonly #key: (request: Request) => string;
  readonly #maxIdle: number;
  readonly #clock: Clock;
  readonly #make: (key: string) => T;
  readonly #isLikeNew: (value: T) => boolean;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry<T>>();
  /** Dropped objects that the program may still refer to. */
  readonly #dropped = new Map<string, WeakRef<T>>();
  readonly #forget = new FinalizationRegistry<string>((key) => {
    if (this.#dropped.get(key)?.deref() === undefined) this.#dropped.delete(key);
  });

  /** @throws TypeError or RangeError that names the option and what it takes. */
  constructor(where: string, options: KeyOptions<Request>, make: (key: string) => T, isLikeNew: (value: T) => boolean) {
    const { key = hostOf, maxIdle = 60_000, clock = systemClock } = options;
    checkCallback(`${where}: key`, key, 'a function of the request that returns a string');
    checkClock(`${where}: clock`, clock);
    this.#where = where;
    this.#key = key as (request: Request) => string;
    this.#maxIdle = checkDuration(`${where}: maxIdle`, maxIdle, { infinite: true });
    this.#clock = clock;
    this.#make = make;
    this.#isLikeNew = isLikeNew;
  }

  get size(): number {
    return this.#entries.size;
  }

  for(request: Request): T {
    const key: unknown = ignoreRejection(this.#key(request));
    if (typeof key !== 'string')
      throw new TypeError(`${this.#where}: key must return a string, got ${formatValue(key)}`);
    return this.get(key);
  }

  get(key: string): T {
    if (typeof key !== 'string') throw new TypeError(`${this.#where}: get takes a string, got ${formatValue(key)}`);
    const now = this.#clock.now();
    let entry = this.#entries.get(key);
    if (entry === undefined) entry = { value: this.#dropped.get(key)?.deref() ?? this.#make(key), used: now };
    else this.#entries.delete(key);
    entry.used = now;
    this.#entries.set(key, entry);
    this.#dropIdle(now, entry);
    return entry.value;
  }

  /** Checks two old entries per use, so that idle entries are dropped faster than new keys are added. */
  #dropIdle(now: number, current: Entry<T>): void {
    let looked = 0;
    for (const [key, entry] of this.#entries) {
      // The entry in use stays, however short maxIdle is. If the clock was set back, no time counts as passed.
      if (entry.used > now) entry.used = now;
      if (looked === 2 || entry === current || now - entry.used < this.#maxIdle) return;
      looked += 1;
      this.#entries.delete(key);
      if (this.#isLikeNew(entry.value)) {
        this.#drop(key, entry.value);
        continue;
      }
      // It is checked again after another maxIdle without use.
      entry.used = now;
      this.#entries.set(key, entry);
    }
  }

  #drop(key: string, value: T): void {
    this.#dropped.set(key, new WeakRef(value));
    this.#forget.register(value, key);
  }
}
