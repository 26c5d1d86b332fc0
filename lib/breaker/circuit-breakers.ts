import { checkClock, checkDuration, checkFunction, checkKeys, formatValue } from '../base/check.js';
import { systemClock, type Clock } from '../base/clock.js';
import { hostOf } from '../base/host-of.js';
import { GATE, GateFault, type Gate, type GateBearer } from '../call/gate.js';
import { CircuitBreaker } from './circuit-breaker.js';
import type { CircuitBreakerOptions } from './options.js';

/** Options of {@link CircuitBreakers}. */
export interface CircuitBreakersOptions<Request = any> {
  /** Names the breaker of a request. Default: its host. */
  readonly key?: ((request: Request) => string) | undefined;
  /** Makes the breaker of a key, or its options. Default: a breaker with default options. */
  readonly breaker?: ((key: string) => CircuitBreakerOptions | CircuitBreaker) | undefined;
  /** Milliseconds without use after which a closed breaker is dropped. Default 600 000. */
  readonly maxIdle?: number | undefined;
  /** Where time comes from, for the breakers too. Default: the real time. */
  readonly clock?: Clock | undefined;
}

interface Entry {
  readonly breaker: CircuitBreaker;
  used: number;
}

/**
 * A {@link CircuitBreaker} for each host, made when it is first asked for, so that one server that is down does not stop the
 * calls to the others. It can be used wherever a breaker can. Requests without a host share one.
 *
 * A closed breaker that was not used for `maxIdle` is dropped; one that is open, half-open or held never is. A breaker that you
 * keep stays the breaker of its key.
 *
 * @example
 * ```ts
 * import { CircuitBreakers } from 'tenax';
 * import { retryingFetch } from 'tenax/http';
 *
 * const breakers = new CircuitBreakers();
 * const fetch = retryingFetch({ breaker: breakers });
 * console.assert(breakers.get('api.example.com').state === 'closed');
 * ```
 */
export class CircuitBreakers<Request = any> implements GateBearer {
  readonly #key: (request: Request) => string;
  readonly #make: (key: string) => CircuitBreakerOptions | CircuitBreaker;
  readonly #maxIdle: number;
  readonly #clock: Clock;
  /** In the order of their use. */
  readonly #entries = new Map<string, Entry>();
  /** Those that were dropped, for as long as somebody else keeps them. */
  readonly #dropped = new Map<string, WeakRef<CircuitBreaker>>();
  readonly #gate: Gate;

  /** @throws TypeError or RangeError that names the option and what it takes. */
  constructor(options: CircuitBreakersOptions<Request> = {}) {
    checkKeys('CircuitBreakers', options, ['key', 'breaker', 'maxIdle', 'clock']);
    const { key = hostOf, breaker = () => ({}), maxIdle = 600_000, clock = systemClock } = options;
    checkFunction('CircuitBreakers: key', key, 'a function of the request that returns a string');
    checkFunction('CircuitBreakers: breaker', breaker, 'a function of the key that returns a breaker or its options');
    this.#key = key as (request: Request) => string;
    this.#make = breaker;
    this.#maxIdle = checkDuration('CircuitBreakers: maxIdle', maxIdle, { infinite: true });
    checkClock('CircuitBreakers: clock', clock);
    this.#clock = clock;
    this.#gate = {
      admit: (admission) => {
        let breaker: CircuitBreaker;
        try {
          breaker = this.for(admission.request as Request);
        } catch (error) {
          throw new GateFault('breaker', error);
        }
        return breaker[GATE]().admit(admission);
      },
    };
  }

  /** How many breakers there are. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * The breaker of a request.
   *
   * @throws TypeError when `key` does not return a string.
   */
  for(request: Request): CircuitBreaker {
    const key: unknown = this.#key(request);
    if (typeof key !== 'string') {
      throw new TypeError(`CircuitBreakers: key must return a string, got ${formatValue(key)}`);
    }
    return this.get(key);
  }

  /** The breaker of a key. */
  get(key: string): CircuitBreaker {
    const now = this.#clock.now();
    const known = this.#entries.get(key);
    const entry = known ?? { breaker: this.#dropped.get(key)?.deref() ?? this.#create(key), used: now };
    if (known === undefined) this.#dropped.delete(key);
    // The last one used stands last.
    else this.#entries.delete(key);
    entry.used = now;
    this.#entries.set(key, entry);
    this.#tidy(now, entry);
    return entry.breaker;
  }

  /** How a policy asks it. */
  [GATE](): Gate {
    return this.#gate;
  }

  #create(key: string): CircuitBreaker {
    const made: unknown = this.#make(key);
    if (made instanceof CircuitBreaker) return made;
    if (typeof made !== 'object' || made === null) {
      throw new TypeError(`CircuitBreakers: breaker must return a breaker or its options, got ${formatValue(made)}`);
    }
    return new CircuitBreaker({ name: key, clock: this.#clock, ...made });
  }

  /** Looks at the two that were used least recently: there is no timer, and no walk through all of them. */
  #tidy(now: number, current: Entry): void {
    let looked = 0;
    for (const [key, entry] of this.#entries) {
      if (looked === 2 || entry === current || now - entry.used < this.#maxIdle) break;
      looked += 1;
      this.#entries.delete(key);
      if (entry.breaker.state === 'closed') this.#dropped.set(key, new WeakRef(entry.breaker));
      else {
        // Looked at again when it has been unused for as long once more.
        entry.used = now;
        this.#entries.set(key, entry);
      }
    }
    for (const [key, reference] of this.#dropped) {
      if (looked-- === 0) return;
      this.#dropped.delete(key);
      if (reference.deref() !== undefined) this.#dropped.set(key, reference);
    }
  }
}
