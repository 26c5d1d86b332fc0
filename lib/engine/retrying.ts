import { isBranded } from '../base/brand.js';
import { channels } from '../base/channels.js';
import { checkFunction, checkKeys } from '../base/check.js';
import { omitUndefined } from '../base/omit-undefined.js';
import { processContext } from '../base/process-context.js';
import { promiseOf } from '../base/thenable.js';
import type { Naming } from '../call/call-state.js';
import type { QuickPermit } from '../call/gate.js';
import { CallStatistics, type RetryStatistics, type RetryTotals, type Writable } from '../call/statistics.js';
import { INSTEAD } from '../strategies/instead.js';
import { ATTEMPT, type Attempt } from './attempt.js';
import { Call } from './call.js';
import { decideInput, type DecideInput } from './decide-input.js';
import { warnInDevelopment } from './development.js';
import type { Decision } from './decide.js';
import { callPlainly } from './disabled.js';
import { refusedOutcome } from './gates.js';
import { iterationOf, type IteratedAttempt } from './iteration.js';
import { dormant, keepShapes } from './keep-shapes.js';
import type { RetryOptions } from './options.js';
import { policyToJSON, printPolicy } from './serialize.js';
import { OPTION_NAMES, policyOf, type Policy, type PolicyInternals } from './policy.js';
import { runCall } from './run-call.js';
import { warnIfUnbounded } from './unbounded.js';
import { refuseGenerator, wrap, type AnyFunction, type Retried } from './wrap.js';

declare module '../call/call-state.js' {
  interface RetryingOfCall extends Retrying {}
}

/**
 * A policy that is ready for use (tenacity's `Retrying` and `AsyncRetrying`). It is checked and compiled once, and
 * immutable except for its statistics. One object serves any number of concurrent calls.
 *
 * @example
 * import { Retrying, stop, wait } from 'tenax';
 *
 * const retrying = new Retrying({ stop: stop.afterAttempt(3), wait: wait.fixed(10) });
 * console.log(await retrying.run((attempt) => attempt.number)); // 1
 */
export class Retrying {
  /** @internal */
  static readonly $brand: string = 'tenax.Retrying';
  /** The options as they were passed. */
  readonly options: Readonly<RetryOptions<any>>;
  /** @internal */
  declare readonly policy: Policy;
  /** @internal */
  declare readonly runningTotals: Writable<RetryTotals>;
  readonly #succeed: <V>(value: V) => V;
  #last: CallStatistics | undefined = undefined;

  /** @throws TypeError or RangeError for an unknown option or a wrong value, naming the option and what it takes. */
  constructor(options?: RetryOptions<any>);
  /** @internal */
  constructor(options: RetryOptions<any>, internals: PolicyInternals);
  constructor(options: RetryOptions<any> = {}, internals: PolicyInternals = {}) {
    const { quiet = false } = internals;
    const policy = policyOf(options, internals);
    const totals = { calls: 0, attempts: 0, retries: 0, succeeded: 0, failed: 0, idleFor: 0 };
    this.options = Object.freeze(omitUndefined<RetryOptions<any>>(options));
    // Not enumerable: a printed policy shows its options.
    Object.defineProperties(this, { policy: { value: policy }, runningTotals: { value: totals } });
    this.#succeed = (value) => {
      totals.succeeded += 1;
      return value;
    };
    if (quiet || warnIfUnbounded(options)) return;
    // In these very words, which bundlers replace and drop.
    if (typeof process !== 'undefined' && process.env?.NODE_ENV === 'development') warnInDevelopment(policy, options);
  }

  /** `instanceof` holds between the ESM and the CommonJS build. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(this, value);
  }

  /** The statistics of the call that started last; `undefined` before the first call. */
  get statistics(): RetryStatistics | undefined {
    return this.#last?.statistics;
  }

  /** The totals of all calls. */
  get totals(): RetryTotals {
    return { ...this.runningTotals };
  }

  /** Calls `fn` with these arguments under the policy. Returns a Promise, for a synchronous function too. */
  call<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    checkFunction('call', fn, 'a function to call');
    refuseGenerator('call takes', fn);
    return this.execute(undefined, fn, args) as Promise<Awaited<R>>;
  }

  /** Calls `fn` with its attempt: `attempt.number`, `attempt.signal`, `attempt.state`. */
  run<R>(fn: (attempt: Attempt) => R): Promise<Awaited<R>> {
    checkFunction('run', fn, 'a function of the attempt');
    refuseGenerator('run takes', fn);
    return this.execute(undefined, fn, ATTEMPT) as Promise<Awaited<R>>;
  }

  /** Wraps a function. The wrapper keeps its name, length and `this`, and runs under this policy. */
  wraps<F extends AnyFunction>(fn: F): Retried<F> {
    checkFunction('wraps', fn, 'a function to wrap');
    return wrap(this, fn);
  }

  /** Returns a new policy with some options replaced; `undefined` keeps an option. Its statistics start at zero. */
  copy(overrides: RetryOptions<any> = {}): Retrying {
    checkKeys('copy', overrides, OPTION_NAMES, INSTEAD);
    return createRetrying(
      { ...this.options, ...omitUndefined<RetryOptions<any>>(overrides) },
      { ...this.policy.internals, quiet: true },
    );
  }

  /**
   * Decides what follows an attempt, without a call. It is for code that keeps the wait elsewhere: in a job queue, a
   * workflow engine or a database. For the same input it decides as in a call. It calls no hook and does not sleep. With a
   * budget, a first attempt counts and a granted retry is spent, so call it for successes too.
   *
   * @param input `attemptNumber` (from 1) and either `error` or `value`: a key that is present counts, even as `undefined`;
   *   `elapsed`, `idleFor` and `lastDelay` in milliseconds, default 0; `request` for the method rules of a client's policy
   * @returns `{ retry: true, delay }` or `{ retry: false, stopReason }`; `stopReason` is `'notRetryable'` if `retryIf` says
   *   no, and with `enabled: false`
   * @throws TypeError or RangeError (as a rejection) for a wrong input; the reason of the policy's signal if it is aborted;
   *   `PolicyError` when a strategy throws.
   * @example
   * import { Retrying, stop, wait } from 'tenax';
   *
   * const policy = new Retrying({ stop: stop.afterAttempt(5), wait: wait.exponential() });
   * console.log(await policy.decide({ attemptNumber: 2, error: new Error('busy') })); // { retry: true, delay: 2000 }
   */
  async decide(input: DecideInput): Promise<Decision> {
    return decideInput(this, input);
  }

  /**
   * `for await (const attempt of retrying) { await attempt.run(async () => …) }`: the loop body runs once per attempt.
   * `attempt.run` rejects only with the error of the call. Leaving the loop early leaves no timer or listener behind.
   */
  [Symbol.asyncIterator](): AsyncGenerator<IteratedAttempt, void, undefined> {
    return iterationOf(this);
  }

  /** Returns the code that creates it. */
  toString(): string {
    return `new Retrying(${printPolicy(this.options)})`;
  }

  /**
   * Returns plain JSON that `policyFromJSON` of `tenax/json` reads back.
   *
   * @throws TypeError that names the option whose value JSON cannot hold (a function, a clock, a hook, a signal).
   */
  toJSON(): Record<string, unknown> {
    return policyToJSON(this.options);
  }

  /**
   * One call, whatever its form. The first attempt of most calls is made here: a `Call` is built only if it fails.
   * `bySelf` gets the statistics of this call: `statistics` may be those of a call that began inside it. @internal
   */
  execute(
    self: unknown,
    fn: AnyFunction,
    args: readonly unknown[],
    naming?: Naming,
    request?: unknown,
    bySelf?: WeakMap<object, CallStatistics>,
  ): Promise<unknown> {
    const { runningTotals: totals, policy } = this;
    const isObserved =
      channels.attempt.hasSubscribers || channels.success.hasSubscribers || processContext.aroundAttempt !== undefined;
    if (!policy.enabled) return callPlainly(this, self, fn, args);
    // Outside the block: a closure over its variables costs every call one more scope.
    let statistics: CallStatistics;
    let permit: QuickPermit | undefined;
    try {
      if (!policy.isPlain || args === ATTEMPT || isObserved) {
        const invocation = { self, fn, args, naming: naming ?? this.nameOf(fn), request };
        const call = this.begin(() => new Call<unknown>(this, invocation));
        bySelf?.set(self as object, call.statistics);
        return runCall(call);
      }
      totals.calls += 1;
      totals.attempts += 1;
      statistics = new CallStatistics(policy.now());
      this.#last = statistics;
      bySelf?.set(self as object, statistics);
      const recover = (error: unknown, refused = false): Promise<unknown> => {
        if (dormant === undefined) keepShapes(createRetrying);
        const call = new Call<unknown>(
          this,
          { self, fn, args, naming: naming ?? this.nameOf(fn), request },
          statistics,
        );
        const outcome = refused ? refusedOutcome(call, error) : call.failedWith(error);
        if (permit !== undefined) void permit.end(outcome);
        return call.run(outcome);
      };
      const outer = processContext.running;
      if (policy.quick !== undefined) {
        try {
          permit = policy.quick();
        } catch (refusal) {
          return recover(refusal, true);
        }
        processContext.running = permit;
      }
      let pending: unknown;
      try {
        pending = fn.apply(self, args as never[]);
      } catch (error) {
        return recover(error);
      } finally {
        if (permit !== undefined) processContext.running = outer;
      }
      if (permit === undefined) return promiseOf(pending).then(this.#succeed, recover);
      return promiseOf(pending).then((value) => {
        void permit?.end({ attemptNumber: 1, failed: false, value });
        return this.#succeed(value);
      }, recover);
    } catch (error) {
      // Whatever a call fails with is its rejection, a fault of the clock too.
      totals.failed += 1;
      return Promise.reject(error);
    }
  }

  /** Counts a call and makes it ready. @internal */
  begin<C extends Call<any>>(make: () => C): C {
    this.runningTotals.calls += 1;
    if (dormant === undefined) keepShapes(createRetrying);
    const call = make();
    this.#last = call.statistics;
    return call;
  }

  /** The name of a call of `fn` where nothing better is known. @internal */
  nameOf(fn: AnyFunction): string {
    return fn.name === '' ? (this.policy.name ?? 'anonymous') : fn.name;
  }
}

/** A policy that another part of the library makes. @internal */
export const createRetrying = (options: RetryOptions<any>, internals: PolicyInternals): Retrying =>
  new Retrying(options, internals);
