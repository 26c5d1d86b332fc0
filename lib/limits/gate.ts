import { abortReason } from '../base/abort.js';
import { checkDuration, checkNotNaN, checkRange } from '../base/check.js';
import { processContext } from '../base/process-context.js';
import { isThenable, type MaybeAsync } from '../base/thenable.js';
import { GateFault, markRefusal, type Admission, type Gate, type GateOptions } from '../call/gate.js';
import type { Outcome } from '../call/outcome.js';
import { acquireAll } from './acquire-all.js';
import { readAnswer, type Answer } from '../headers/answer.js';
import { LimitPermit, type Charge } from './permit.js';
import { limiterFor, readLimits, type Limit, type LimiterLike, type LimitEntry } from './keyed-limiter.js';
import { checkOneClock, isMember, membersOf } from './members.js';

/** The longest time of a server that holds a limiter back unless told otherwise, in milliseconds. */
const CAP = 300_000;

/** What a client adds. */
export interface LimitGateOptions extends GateOptions {
  /** What keys and costs are asked with. Default: the admission's `request`. */
  readonly requestOf?: ((admission: Admission) => unknown) | undefined;
  /** Reads how an attempt ended. */
  readonly answerOf?: ((outcome: Outcome) => Answer | undefined) | undefined;
  /** What `settle` receives for a value. Default: the value. */
  readonly responseOf?: ((value: unknown) => unknown) | undefined;
  /** What an attempt costs where the limit has no `cost` of its own. Default 1. */
  readonly tokens?: number | ((request: unknown) => unknown) | undefined;
  /** The option that is named when a cost is wrong. Default 'limiter'. */
  readonly option?: string | undefined;
}

/**
 * The gate of one limit or of several: every attempt takes all of them at one instant, or none.
 *
 * @throws TypeError for what is no limit, and for limiters of this process on different clocks.
 * @internal
 */
export function limitGate(limits: Limit | readonly Limit[], options: LimitGateOptions = {}): Gate {
  return new LimitGate(limits, options);
}

// Policies find it there for limiters that are not tenax's own; bundlers drop it with this file.
processContext.limitGate = limitGate as (limits: readonly unknown[], options: object) => Gate;

/** The gate of `before.acquire(limiter, tokens)`. @internal */
export const acquireGate = (limiter: LimiterLike, tokens: number): Gate =>
  limitGate(limiter, { tokens, option: 'before' });

class LimitGate implements Gate {
  readonly #entries: readonly LimitEntry[];
  readonly #options: LimitGateOptions;
  readonly #option: string;

  constructor(limits: Limit | readonly Limit[], options: LimitGateOptions) {
    this.#option = options.option ?? 'limiter';
    this.#options = options;
    // A list of one list is one limiter list: what `[GATE]` is called with.
    this.#entries = readLimits(this.#option, limits);
    if (options.maxWait !== undefined) checkDuration('maxWait', options.maxWait, { infinite: true });
    const { priority } = options;
    if (priority !== undefined && typeof priority !== 'function') checkNotNaN('priority', priority);
    const fixed = this.#entries.map(({ limiter }) => limiter).filter((each) => 'acquire' in each);
    checkOneClock(this.#option, fixed.flatMap(membersOf));
  }

  admit(admission: Admission): MaybeAsync<LimitPermit> {
    const { signal, remaining } = admission;
    if (signal?.aborted) throw abortReason(signal);
    const { requestOf, maxWait = Infinity } = this.#options;
    const request = requestOf === undefined ? admission.request : requestOf(admission);
    const charges = this.#entries.map((entry) => this.#charge(entry, request));
    const priority = this.#priority(admission, request);
    const wait = Math.min(maxWait, remaining);
    const options = { signal, priority, maxWait: wait === Infinity ? undefined : Math.max(0, wait) };
    const claims = charges.flatMap(({ limiter, tokens }) =>
      tokens === 0 ? [] : membersOf(limiter).map((member) => ({ limiter: member, tokens })),
    );
    const permit = (): LimitPermit => new LimitPermit(charges, request, this.#reader);
    const pending = acquireAll(this, claims, options);
    if (!isThenable(pending)) return permit();
    return pending.then(permit, (error: unknown) => {
      // A limiter of another make rejects with errors that nobody could know as a refusal.
      if (!signal?.aborted) markRefusal(error);
      throw error;
    });
  }

  get #reader(): ConstructorParameters<typeof LimitPermit>[2] {
    const { answerOf = readAnswer, responseOf, cap = CAP } = this.#options;
    return { answerOf, responseOf, cap };
  }

  /** What an attempt takes of one limit. */
  #charge({ limiter, cost: costOf, settle }: LimitEntry, request: unknown): Charge {
    try {
      const own = limiterFor(limiter, request);
      const given = costOf ?? this.#options.tokens ?? 1;
      const cost = typeof given === 'function' ? atOnce(given(request)) : given;
      const tokens = checkRange(`${this.#option}: cost`, cost, 0, Number.MAX_VALUE);
      if (tokens > 0) for (const member of membersOf(own)) if (isMember(member)) member.checkCost(tokens);
      return { limiter: own, tokens, settle };
    } catch (error) {
      throw new GateFault(this.#option, error);
    }
  }

  #priority({ state }: Admission, request: unknown): number | undefined {
    const { priority } = this.#options;
    if (typeof priority !== 'function') return priority;
    try {
      return checkNotNaN('priority', atOnce(priority(state ?? request)));
    } catch (error) {
      throw new GateFault('priority', error);
    }
  }
}

/** A promise in a number's place is refused, and nobody handles its rejection. */
function atOnce(value: unknown): unknown {
  if (isThenable(value)) value.then(undefined, () => undefined);
  return value;
}
