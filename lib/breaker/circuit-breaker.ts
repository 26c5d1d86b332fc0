import { checkFunction, checkKeys, checkSignal } from '../base/check.js';
import { processContext } from '../base/process-context.js';
import { INSPECT, inspectFields, type InspectArguments } from '../base/inspect.js';
import { GATE, KIND, type Gate, type GateBearer, type QuickPermit } from '../call/gate.js';
import type { AnyFunction, Promising } from '../engine/wrap.js';
import type { CircuitState } from './circuit.js';
import { BreakerCore } from './core.js';
import { settingsOf, type CircuitBreakerOptions } from './options.js';
import { BreakerPermit, UNKNOWN_CALL, type BreakerCall } from './permit.js';
import { runInside } from './run-inside.js';
import type { SavedCircuit } from './saved.js';

/** Options of `run`. */
export interface BreakerRunOptions {
  /** Ends the call when it aborts: `run` rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/** The permit of every call in test mode, where no call is refused or counted. */
const LET_THROUGH: QuickPermit = {
  signal: undefined,
  remaining: () => Infinity,
  confirm: () => undefined,
  waiting: () => undefined,
  cancel: () => undefined,
  end: () => undefined,
};

/**
 * Stops calls to a server that is down, and tries again with single calls.
 *
 * While closed, it lets every call through and counts how they end. It opens after `failures` failures in a row, or when
 * the share of failures in the last `window` ms reaches `ratio`. While open, it refuses calls at once with
 * {@link CircuitOpenError}. After the break it is half-open: at most `probes` calls are let through, and `probes` successes
 * close it. A failure opens it again, for longer. A server's own Retry-After lengthens a break, up to 300,000 ms.
 *
 * Aborts, its own refusals and those of limiters do not count. Nor do calls that began before the breaker opened. It has no
 * timer: it reads the clock at each call. Use one breaker per server; {@link CircuitBreakers} keeps one for each host. The
 * pattern is M. Nygard's ("Release It!", 2007).
 *
 * @example
 * ```ts
 * import { CircuitBreaker, CircuitOpenError } from 'tenax';
 *
 * const breaker = new CircuitBreaker({ name: 'api.example.com', failures: 1 });
 * await breaker.run(async () => Promise.reject(new Error('down'))).catch(() => undefined);
 * const error = await breaker.run(async () => 'not called').catch((thrown) => thrown);
 * console.assert(breaker.state === 'open' && error instanceof CircuitOpenError);
 * ```
 */
export class CircuitBreaker implements GateBearer {
  /** @internal */
  declare readonly core: BreakerCore;
  readonly #gate: Gate;

  /** @throws TypeError or RangeError that names the option and what it takes. */
  constructor(options: CircuitBreakerOptions = {}) {
    const core = new BreakerCore(settingsOf(options));
    // The property is not enumerable, so that a printed breaker does not show its internals.
    Object.defineProperty(this, 'core', { value: core });
    const admit = (call: BreakerCall): QuickPermit =>
      processContext.testing === undefined ? new BreakerPermit(core, call) : LET_THROUGH;
    // The quick path has no information about the call, which a strategy of the user may read.
    this.#gate = { admit, quick: core.settings.measured ? undefined : () => admit(UNKNOWN_CALL) };
  }

  /** Its name in errors, log lines and metrics. */
  get name(): string | undefined {
    return this.core.settings.name;
  }

  /** `'open'` under a hold. `'half-open'` as soon as the break is over, even before the first probe. */
  get state(): CircuitState {
    return this.core.state;
  }

  /** Whether it is held open by hand. */
  get isHeld(): boolean {
    return this.core.isHeld;
  }

  /**
   * Calls `fn` within the breaker. Resolves with what `fn` returns. Rejects with {@link CircuitOpenError} if the breaker
   * refuses, with the error of `fn`, and with `signal.reason` as soon as the signal aborts.
   */
  run<T>(fn: () => T | PromiseLike<T>, options: BreakerRunOptions = {}): Promise<T> {
    try {
      checkFunction('CircuitBreaker.run', fn);
      checkKeys('CircuitBreaker.run', options, ['signal']);
      if (options.signal !== undefined) checkSignal('CircuitBreaker.run: signal', options.signal);
    } catch (error) {
      return Promise.reject(error);
    }
    return runInside(this.#gate, { fn, self: undefined, args: [] }, options.signal) as Promise<T>;
  }

  /**
   * Returns a function that calls `fn` within the breaker, with the same `this` and arguments. It has the name and length of
   * `fn`.
   *
   * @throws TypeError if `fn` is not a function.
   */
  wraps<F extends AnyFunction>(fn: F): Promising<F> {
    checkFunction('CircuitBreaker.wraps', fn);
    const gate = this.#gate;
    const wrapped = function (this: unknown, ...args: unknown[]): Promise<unknown> {
      return runInside(gate, { fn, self: this, args });
    };
    Object.defineProperties(wrapped, {
      name: { value: fn.name, configurable: true },
      length: { value: fn.length, configurable: true },
    });
    return wrapped as Promising<F>;
  }

  /**
   * Holds the breaker open until the returned function is called. Every call is refused, with `reason` as the `cause`. Each
   * hold needs its own release; of several, the latest names the `cause`. During a hold, a break continues, and calls in
   * progress still count.
   */
  hold(reason?: unknown): () => void {
    return this.core.hold(reason);
  }

  /** Closes the breaker and resets its counts. Holds stay. Calls in progress no longer count. */
  reset(): void {
    this.core.reset();
  }

  /** Returns its state without holds, for the option `restored` of a later process. */
  toJSON(): SavedCircuit {
    return this.core.toJSON();
  }

  /** What Node prints. @internal */
  [INSPECT](...how: InspectArguments): string {
    return inspectFields(this, ['name', 'state', 'isHeld'], how);
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
