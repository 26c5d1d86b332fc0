import { untilAborted } from '../base/abort.js';
import { isBranded } from '../base/brand.js';
import { channels } from '../base/channels.js';
import { checkFunction, checkKeys } from '../base/check.js';
import { omitUndefined } from '../base/omit-undefined.js';
import { processContext } from '../base/process-context.js';
import { promiseOf } from '../base/thenable.js';
import { RetryCallState, type Invocation, type Naming } from '../call/call-state.js';
import { CallStatistics, type RetryStatistics, type RetryTotals, type Writable } from '../call/statistics.js';
import { Attempt } from './attempt.js';
import { ATTEMPT } from './call-function.js';
import { Call } from './call.js';
import { warnInDevelopment } from './development.js';
import { iterate, once, type IteratedAttempt } from './iteration.js';
import type { RetryOptions } from './options.js';
import { policyToJSON, printPolicy } from './written.js';
import { OPTION_NAMES, policyOf, type Policy } from './policy.js';
import { warnIfUnbounded } from './unbounded.js';
import { wrap, type AnyFunction, type Retried } from './wrap.js';

declare module '../call/call-state.js' {
  interface RetryingOfCall extends Retrying {}
}

/** Whether somebody wants to know of every attempt or every success. */
const isWatched = (): boolean =>
  channels.attempt.hasSubscribers || channels.success.hasSubscribers || processContext.aroundAttempt !== undefined;

/**
 * A policy made ready for use (tenacity's `Retrying`, `AsyncRetrying`): checked and compiled once, immutable but for its
 * figures. One object serves any number of concurrent calls.
 */
export class Retrying {
  /** @internal */
  static readonly $brand: string = 'tenax.Retrying';
  /** The options as they were given. */
  readonly options: Readonly<RetryOptions<any>>;
  /** @internal */
  declare readonly policy: Policy;
  /** @internal */
  declare readonly counters: Writable<RetryTotals>;
  /** The first attempt can be made without ceremony: nothing has to be done before it, during it or after a success. */
  readonly #direct: boolean;
  readonly #succeed: <V>(value: V) => V;
  #last: CallStatistics | undefined = undefined;

  /**
   * @throws TypeError or RangeError for an unknown option or a wrong value, naming the option and what it takes.
   */
  constructor(
    options: RetryOptions<any> = {},
    { quiet = false, simulated = false }: { readonly quiet?: boolean; readonly simulated?: boolean } = {},
  ) {
    const policy = policyOf(options, simulated);
    const counters = { calls: 0, attempts: 0, retries: 0, succeeded: 0, failed: 0, idleFor: 0 };
    this.options = Object.freeze(omitUndefined<RetryOptions<any>>(options));
    // Not enumerable: a printed policy shows its options.
    Object.defineProperties(this, { policy: { value: policy }, counters: { value: counters } });
    this.#direct =
      policy.retryIf.errorsOnly &&
      policy.before.length + policy.onSuccess.length === 0 &&
      policy.signal === undefined &&
      policy.budget === undefined &&
      policy.attemptTimeout === Infinity &&
      policy.deadline === Infinity;
    this.#succeed = (value) => {
      counters.succeeded += 1;
      return value;
    };
    if (!quiet && !warnIfUnbounded(options)) warnInDevelopment(policy, options);
  }

  /** `instanceof` holds between the ESM and the CommonJS build. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(this, value);
  }

  /** The figures of the call begun last; `undefined` before the first. */
  get statistics(): RetryStatistics | undefined {
    return this.#last?.statistics;
  }

  /** What the call begun last counts. @internal */
  get figures(): CallStatistics | undefined {
    return this.#last;
  }

  /** The figures of all calls together. */
  get totals(): RetryTotals {
    return { ...this.counters };
  }

  /** Calls `fn` with these arguments under the policy. A synchronous function's answer comes as a Promise too. */
  call<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    checkFunction('call', fn, 'a function to call');
    return this.execute(undefined, fn, args) as Promise<Awaited<R>>;
  }

  /** Calls `fn` with its attempt: `attempt.number`, `attempt.signal`, `attempt.state`. */
  run<R>(fn: (attempt: Attempt) => R): Promise<Awaited<R>> {
    checkFunction('run', fn, 'a function of the attempt');
    return this.execute(undefined, fn, ATTEMPT) as Promise<Awaited<R>>;
  }

  /** Wraps a function; the wrapper keeps its name, length and `this`, and runs under this very policy. */
  wraps<F extends AnyFunction>(fn: F): Retried<F> {
    checkFunction('wraps', fn, 'a function to wrap');
    return wrap(this, fn);
  }

  /** A new policy with some options replaced; what is `undefined` is kept. Its figures begin at zero. */
  copy(overrides: RetryOptions<any> = {}): Retrying {
    checkKeys('copy', overrides, OPTION_NAMES);
    return new Retrying({ ...this.options, ...omitUndefined<RetryOptions<any>>(overrides) }, { quiet: true });
  }

  /**
   * `for await (const attempt of retrying) { await attempt.run(async () => …) }`: the loop body runs once an attempt.
   * `attempt.run` rejects only with what the call fails with; leaving the loop early leaves nothing behind.
   */
  [Symbol.asyncIterator](): AsyncGenerator<IteratedAttempt, void, undefined> {
    let body: () => unknown;
    const fn = (): unknown => body();
    const { enabled, name: naming = 'anonymous' } = this.policy;
    if (!enabled) return once(this.#idleState(fn, naming));
    const call = new Call(this, { self: undefined, fn, args: [], naming });
    this.counters.calls += 1;
    this.#last = call.figures;
    return iterate(call, (next) => {
      body = next;
    });
  }

  /** Reads like the code that made it. */
  toString(): string {
    return `new Retrying(${printPolicy(this.options)})`;
  }

  /**
   * Plain JSON that `policyFromJSON` reads back.
   *
   * @throws TypeError for what JSON cannot hold (a function, a clock, a hook, a signal), naming the option.
   */
  toJSON(): Record<string, unknown> {
    return policyToJSON(this.options);
  }

  /**
   * One call: the way that all forms share.
   *
   * @internal
   */
  execute(self: unknown, fn: AnyFunction, args: readonly unknown[], naming?: Naming): Promise<unknown> {
    const { counters, policy } = this;
    if (!policy.enabled) return this.#plainly(self, fn, args);
    // Not within the block: a closure over a block's own variable would make every call a scope more.
    let figures: CallStatistics;
    try {
      if (!this.#direct || args === ATTEMPT || isWatched()) {
        return this.#begin({ self, fn, args, naming: naming ?? this.nameOf(fn) });
      }
      counters.calls += 1;
      counters.attempts += 1;
      figures = new CallStatistics(policy.now());
      this.#last = figures;
      const recover = (error: unknown): unknown => {
        const call = new Call(this, { self, fn, args, naming: naming ?? this.nameOf(fn) }, figures);
        return call.settled(call.failedWith(error));
      };
      let pending: unknown;
      try {
        pending = fn.apply(self, args as never[]);
      } catch (error) {
        return promiseOf(recover(error));
      }
      return promiseOf(pending).then(this.#succeed, recover);
    } catch (error) {
      // Whatever a call fails with is its rejection: a fault of the clock, too.
      counters.failed += 1;
      return Promise.reject(error);
    }
  }

  /** What a call of `fn` is called where nothing better is known. @internal */
  nameOf(fn: AnyFunction): string {
    return fn.name === '' ? (this.policy.name ?? 'anonymous') : fn.name;
  }

  #begin(invocation: Invocation): Promise<unknown> {
    this.counters.calls += 1;
    const call = new Call<unknown>(this, invocation);
    this.#last = call.figures;
    const { signal } = call;
    if (signal === undefined) return call.start();
    // Aborted before: the call does not begin. Aborted later: it ends wherever it is.
    return untilAborted(call.start(), signal).catch((error: unknown) => {
      call.countFailure();
      throw error;
    });
  }

  /** `enabled: false`: the function, and nothing of ours. */
  async #plainly(self: unknown, fn: AnyFunction, args: readonly unknown[]): Promise<unknown> {
    const passed = args === ATTEMPT ? [new Attempt(this.#idleState(fn, this.nameOf(fn)))] : args;
    return fn.apply(self, passed as never[]);
  }

  #idleState(fn: AnyFunction, naming: string): RetryCallState {
    const { clock, random } = this.policy;
    return new RetryCallState(this, { fn, naming, self: undefined, args: ATTEMPT }, clock.now(), random);
  }
}
