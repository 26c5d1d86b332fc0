import { abortReason } from '../base/abort.js';
import { checkDuration, checkNotNaN, checkRange } from '../base/check.js';
import { processContext } from '../base/process-context.js';
import { ignoreRejection, isThenable, type MaybeAsync } from '../base/thenable.js';
import { GateFault, markRefusal, type Admission, type Gate, type GateOptions } from '../call/gate.js';
import type { Outcome } from '../call/outcome.js';
import { readAnswer, type Answer } from '../headers/answer.js';
import { LONGEST_SERVER_TIME } from '../headers/retry-after.js';
import { acquireAll, takeOfEach } from './acquire-all.js';
import { isKeyed, limiterFor, readLimits, type Limit, type LimiterLike, type LimitEntry } from './keyed-limiter.js';
import type { Member } from './line.js';
import { checkOneClock, membersOf } from './members.js';
import { Charges, LimitPermit, type Charge, type EndReader } from './permit.js';
import type { RateLimiter } from './rate-limiter.js';

/** The options of a gate, with those that clients add. */
export interface LimitGateOptions extends GateOptions {
  /** Returns the server's answer in an outcome. Default: `readAnswer`. */
  readonly answerOf?: ((outcome: Outcome) => Answer | undefined) | undefined;
  /** Returns a copy of a value for `settle`, whose body is cancelled afterwards. Default: `settle` receives the value itself. */
  readonly copyOf?: ((value: unknown) => unknown) | undefined;
  /** The cost of an attempt for a limit without a `cost` of its own. Default 1. */
  readonly tokens?: number | ((request: unknown) => unknown) | undefined;
  /** The option that an error about a cost names. Default 'limiter'. */
  readonly option?: string | undefined;
}

/**
 * Makes the gate of one or several limits: every attempt takes from all of them at one instant, or from none.
 *
 * @throws TypeError for a value that is not a limit, and for limiters of this process on different clocks.
 * @internal
 */
export function limitGate(limits: Limit | readonly Limit[], options: LimitGateOptions = {}): Gate {
  return new LimitGate(limits, options);
}

// Policies use it for limiters that are not tenax's own. An import would keep bundlers from dropping unused limiters.
processContext.limitGate = limitGate as (limits: readonly unknown[], options: object) => Gate;

/** The gate of `before.acquire(limiter, tokens)`. @internal */
export const acquireGate = (limiter: LimiterLike, tokens: number): Gate =>
  limitGate(limiter, { tokens, option: 'before' });

class LimitGate implements Gate {
  readonly isLimit = true;
  readonly #entries: readonly LimitEntry[];
  readonly #options: LimitGateOptions;
  readonly #option: string;
  readonly #reader: EndReader;
  /** What every attempt takes, if it does not depend on the request. */
  readonly #fixed: Charges | undefined;
  /** The members and the tokens of each, for the fast path of limiters of this process. */
  readonly #atOnce: { readonly members: readonly Member[]; readonly tokens: number } | undefined;

  constructor(limits: Limit | readonly Limit[], options: LimitGateOptions) {
    const { option = 'limiter', maxWait, priority, tokens = 1 } = options;
    const { answerOf = readAnswer, copyOf, cap = LONGEST_SERVER_TIME } = options;
    this.#option = option;
    this.#options = options;
    this.#reader = { answerOf, copyOf, cap };
    this.#entries = readLimits(option, limits);
    if (maxWait !== undefined) checkDuration('maxWait', maxWait, { infinite: true });
    if (priority !== undefined && typeof priority !== 'function') checkNotNaN('priority', priority);
    checkOneClock(
      option,
      this.#entries.flatMap(({ limiter }) => membersOf(limiter as RateLimiter)),
    );
    this.#fixed = fixedCharges(this.#entries, tokens);
    const members = this.#fixed?.members;
    if (members !== undefined && new Set(members).size === members.length) {
      this.#atOnce = { members, tokens: tokens as number };
    }
  }

  admit(admission: Admission): MaybeAsync<LimitPermit> {
    const { signal, request } = admission;
    if (signal?.aborted) throw abortReason(signal);
    const charges = this.#fixed ?? new Charges(this.#entries.map((entry) => this.#charge(entry, request)));
    this.#check(charges);
    const { priority: given } = this.#options;
    const priority = typeof given === 'function' ? this.#priority(given, admission, request) : given;
    if (this.#atOnce !== undefined && takeOfEach(this.#atOnce.members, this.#atOnce.tokens)) {
      return new LimitPermit(charges, request, this.#reader);
    }
    return this.#acquire(charges, request, priority, admission);
  }

  #acquire(
    charges: Charges,
    request: unknown,
    priority: number | undefined,
    { signal, remaining }: Admission,
  ): MaybeAsync<LimitPermit> {
    const wait = Math.min(this.#options.maxWait ?? Infinity, remaining);
    const options = { signal, priority, maxWait: wait === Infinity ? undefined : Math.max(0, wait) };
    const permit = (): LimitPermit => new LimitPermit(charges, request, this.#reader);
    const pending = acquireAll(this, charges.demands, options);
    if (!isThenable(pending)) return permit();
    return pending.then(permit, (error: unknown) => {
      // The errors of limiters that are not tenax's own would otherwise not be recognized as refusals.
      if (!signal?.aborted) markRefusal(error);
      throw error;
    });
  }

  /** What an attempt takes from one limit. @throws GateFault if a function of the limit throws or returns a wrong value. */
  #charge({ limiter, cost: costOf, settle }: LimitEntry, request: unknown): Charge {
    try {
      const own = limiterFor(limiter, request);
      const given = costOf ?? this.#options.tokens ?? 1;
      const cost = typeof given === 'function' ? ignoreRejection(given(request)) : given;
      return { limiter: own, tokens: checkRange(`${this.#option}: cost`, cost, 0, Number.MAX_VALUE), settle };
    } catch (error) {
      throw new GateFault(this.#option, error);
    }
  }

  /** @throws GateFault for a cost that a limit can never grant, and for limiters by key that run on different clocks. */
  #check({ local }: Charges): void {
    try {
      if (this.#fixed === undefined && local.length > 1)
        checkOneClock(
          this.#option,
          local.map(({ limiter }) => limiter),
        );
      for (const { limiter, tokens } of local) limiter.checkCost(tokens);
    } catch (error) {
      throw new GateFault(this.#option, error);
    }
  }

  #priority(priority: (state: unknown) => unknown, { state }: Admission, request: unknown): number {
    try {
      return checkNotNaN('priority', ignoreRejection(priority(state ?? request)));
    } catch (error) {
      throw new GateFault('priority', error);
    }
  }
}

const isFinite = Number.isFinite as (value: unknown) => value is number;

/** What every attempt takes, if no limit has keys or a cost function; otherwise undefined. */
function fixedCharges(entries: readonly LimitEntry[], tokens: unknown): Charges | undefined {
  if (!isFinite(tokens) || tokens < 0) return undefined;
  if (entries.some(({ limiter, cost }) => isKeyed(limiter) || cost !== undefined)) return undefined;
  return new Charges(entries.map(({ limiter, settle }) => ({ limiter: limiter as RateLimiter, tokens, settle })));
}
