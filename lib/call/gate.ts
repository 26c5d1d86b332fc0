import { isBranded } from '../base/brand.js';
import type { RunningAttempt } from '../base/process-context.js';
import type { MaybeAsync } from '../base/thenable.js';
import type { Outcome } from './outcome.js';
import type { RetryCallState } from './call-state.js';

/** What a gate receives about an attempt. */
export interface Admission {
  /** What the gate's keys and costs receive: the request of a client, `{ self, args }`, or the call's state. */
  readonly request: unknown;
  /** The state of the call; `undefined` for `@Throttle` and `@Break`, and for a breaker's own `run`. */
  readonly state: RetryCallState | undefined;
  /** Its abort ends a wait at once, with `signal.reason`. */
  readonly signal: AbortSignal | undefined;
  /** Milliseconds until the deadline of the call; `Infinity` without one. */
  readonly remaining: number;
}

/** The admission of one attempt. One of `cancel`, `end` and `leave` is called, once, unless `confirm` throws. */
export interface Permit {
  /**
   * Called right before the attempt starts, if the gates after this one took time.
   *
   * @throws the refusal, if the gate would no longer admit the attempt; `cancel` is then not called for this permit.
   */
  confirm?(): void;
  /** Told that the attempt waits below, for a `@Throttle`, and when that is over: a cut-off in between is not a failure. */
  waiting?(waits: boolean): void;
  /** Called if the attempt is not made after all: gives back what was granted. */
  cancel(): void;
  /** Called when the attempt has ended. If it returns a promise, the call waits for it. */
  end(outcome: Outcome): MaybeAsync<void>;
  /** True if it is held until the source of a stream has ended, and not only until its first item. */
  readonly held?: boolean;
  /** Called instead of `end` when the consumer of a stream leaves it while a `held` permit is held. Such a permit needs it. */
  leave?(): void;
}

/**
 * A gate admits each attempt of a call and learns how it ended. Limiters and circuit breakers are gates, and you can write
 * your own. If it throws or rejects, it refuses the attempt, which fails with that error. This is an own refusal and is not
 * retried by default.
 */
export interface Gate {
  /** Admits one attempt, now or later, or throws to refuse it. */
  admit(admission: Admission): MaybeAsync<Permit>;
  /**
   * Admits the first attempt of a call, or throws, without knowing anything of it. Only for gates that need neither a request
   * nor a state and whose permits end at once: a policy with such a gate alone keeps its short path.
   */
  readonly quick?: (() => QuickPermit) | undefined;
  /** True for limits: an attempt that waits for one until the deadline of its call is refused, and not timed out. */
  readonly isLimit?: boolean | undefined;
}

/** A permit that stands for the running attempt as well. Its `end` does not return a promise. */
export interface QuickPermit extends Permit, RunningAttempt {
  confirm(): void;
  waiting(waits: boolean): void;
}

/**
 * Limits, breakers and budgets bring their own gate under this key, so that a policy without them does not load it:
 * `[GATE](options)` returns a `Gate`.
 */
export const GATE: unique symbol = Symbol.for('tenax.gate') as never;

/** Marks breakers and budgets: they have the methods of a limit, but are not limits. */
export const KIND: unique symbol = Symbol.for('tenax.kind') as never;

/** What a policy says beside the limits themselves about waiting for them. */
export interface GateOptions {
  /** The place among the callers that wait; higher is served first. Default 0. */
  readonly priority?: number | ((state: any) => number) | undefined;
  /** The longest wait of an attempt, in milliseconds. Default `Infinity`. */
  readonly maxWait?: number | undefined;
  /** The longest time of a server, in milliseconds, that holds a limiter back; longer times count as this. Default 300 000. */
  readonly cap?: number | undefined;
}

/** What {@link KIND} says of a value, if it has one. */
export const kindOf = (value: unknown): unknown => (value as { [KIND]?: unknown } | null | undefined)?.[KIND];

/** Something that brings a gate: `gates[0][GATE](gates, options)` makes one gate of all of them. */
export interface GateBearer {
  [GATE](all: readonly unknown[], options: GateOptions): Gate;
}

const REFUSALS: WeakSet<object> = ((globalThis as Record<symbol, unknown>)[Symbol.for('tenax.refusals')] ??=
  new WeakSet<object>()) as WeakSet<object>;

/** Marks the error that a limiter or a gate of the user's refused with as an own refusal. @internal */
export function markRefusal(error: unknown): void {
  if (typeof error === 'object' && error !== null) REFUSALS.add(error);
}

/** The code of every refusal begins like this, so that those of other copies and versions of tenax are known too. */
const REFUSAL_CODE = /^TENAX_(?:LIMITER|CIRCUIT)_/;

/**
 * True for an own refusal: the error of a breaker, a limiter or a gate that did not admit the attempt. The function was never
 * called, the request never sent.
 */
export function isOwnRefusal(error: unknown): boolean {
  if (REFUSALS.has(error as object)) return true;
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' && REFUSAL_CODE.test(code);
}

/**
 * A fault of the policy that a gate found: a cost or a priority that throws or is no number. The call rejects with a
 * `PolicyError` of that option.
 */
export class GateFault {
  /** @internal */
  static readonly $brand: string = 'tenax.GateFault';

  constructor(
    readonly option: string,
    readonly error: unknown,
  ) {}

  /** `instanceof` holds between the ESM and the CommonJS build. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(this, value);
  }
}
