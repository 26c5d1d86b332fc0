import { checkCallback, checkKeys, formatValue } from '../base/check.js';
import type { Clock } from '../base/clock.js';
import { omitUndefined } from '../base/omit-undefined.js';
import { ignoreRejection, isThenable } from '../base/thenable.js';
import { INSPECT, inspectFields, type InspectArguments } from '../base/inspect.js';
import { GATE, GateFault, KIND, kindOf, type Gate, type GateBearer } from '../call/gate.js';
import { KeyedEntries } from '../limits/keyed-entries.js';
import { CircuitBreaker } from './circuit-breaker.js';
import type { CircuitBreakerOptions } from './options.js';

/** Options of {@link CircuitBreakers}. */
export interface CircuitBreakersOptions<Request = any> {
  /** Returns the key of a request. Default: its host, with its port unless that is the default. */
  readonly key?: ((request: Request) => string) | undefined;
  /** Returns the breaker of a key, or its options. Default: a breaker with default options. */
  readonly breaker?: ((key: string) => CircuitBreakerOptions | CircuitBreaker) | undefined;
  /** Milliseconds without use after which a closed breaker is dropped. Default 600 000. */
  readonly maxIdle?: number | undefined;
  /** The clock, also of the breakers. Default: real time. */
  readonly clock?: Clock | undefined;
}

/**
 * Keeps a {@link CircuitBreaker} for each host, so that a server that is down does not stop the calls to others. A breaker
 * is created when it is first needed. You can use it wherever a breaker is accepted. Requests without a host share one
 * breaker.
 *
 * A closed breaker that was not used for `maxIdle` is dropped; one that is open, half-open or held never is. A breaker that you
 * got from `get` stays the breaker of its key for as long as you refer to it.
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
  readonly #entries: KeyedEntries<Request, CircuitBreaker>;
  readonly #gate: Gate;

  /** @throws TypeError or RangeError that names the option and what it takes. */
  constructor(options: CircuitBreakersOptions<Request> = {}) {
    checkKeys('CircuitBreakers', options, ['key', 'breaker', 'maxIdle', 'clock']);
    const { breaker = () => ({}), maxIdle = 600_000, clock, key } = options;
    checkCallback('CircuitBreakers: breaker', breaker, 'a function of the key that returns a breaker or its options');
    this.#entries = new KeyedEntries<Request, CircuitBreaker>(
      'CircuitBreakers',
      { key, maxIdle, clock },
      (name) => breakerOf(name, ignoreRejection(breaker(name)), clock),
      (each) => each.state === 'closed',
    );
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

  /** The number of breakers. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Returns the breaker of a request.
   *
   * @throws TypeError when `key` does not return a string.
   */
  for(request: Request): CircuitBreaker {
    return this.#entries.for(request);
  }

  /** Returns the breaker of a key. */
  get(key: string): CircuitBreaker {
    return this.#entries.get(key);
  }

  /** What Node prints. @internal */
  [INSPECT](...how: InspectArguments): string {
    return inspectFields(this, ['size'], how);
  }

  /** Tells options that expect a limiter that this is a breaker. */
  get [KIND](): 'breaker' {
    return 'breaker';
  }

  /** The gate through which a policy uses it. */
  [GATE](): Gate {
    return this.#gate;
  }
}

function breakerOf(name: string, made: unknown, clock: Clock | undefined): CircuitBreaker {
  // A breaker of the package's other build (ESM or CommonJS) counts too.
  if (kindOf(made) === 'breaker') return made as CircuitBreaker;
  // A promise would otherwise count as an object without options.
  if (typeof made !== 'object' || made === null || isThenable(made)) {
    throw new TypeError(`CircuitBreakers: breaker must return a breaker or its options, got ${formatValue(made)}`);
  }
  return new CircuitBreaker({ name, clock, ...omitUndefined(made) });
}
