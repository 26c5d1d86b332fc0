import type { HostedRequest } from '../base/host-of.js';
import { isThenable, type MaybeAsync } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import type { Admission, QuickPermit } from '../call/gate.js';
import type { Outcome } from '../call/outcome.js';
import { PolicyError } from '../engine/errors.js';
import { expectBoolean } from '../engine/policy-part.js';
import type { RetryStrategy } from '../strategies/retry-strategy.js';
import type { Pass } from './circuit.js';
import type { BreakerCore } from './core.js';
import { defaultVerdict, isNeutral, type Verdict } from './verdict.js';

/** What a breaker knows of a call. Outside a policy, that includes the function and its arguments. */
export interface BreakerCall extends Admission {
  readonly fn?: (...args: never[]) => unknown;
  readonly self?: unknown;
  readonly args?: readonly unknown[];
}

/** The first attempt of a policy's call on the short path, where nothing about it is needed. */
export const UNKNOWN_CALL: BreakerCall = {
  request: undefined,
  state: undefined,
  signal: undefined,
  remaining: Infinity,
};

/** The permit of one call through a breaker. After its end, further calls of its methods have no effect. */
export class BreakerPermit implements QuickPermit {
  readonly #core: BreakerCore;
  readonly #call: BreakerCall;
  /** When the call began, if a strategy of the user may read that; otherwise 0. */
  readonly #began: number;
  #pass: Pass | undefined;
  #waits = false;

  constructor(core: BreakerCore, call: BreakerCall) {
    this.#core = core;
    this.#call = call;
    this.#pass = core.enter();
    this.#began = core.settings.measured ? core.now() : 0;
    // In HTTP clients, the request differs from the state.
    if (call.state !== undefined && call.request !== call.state) core.noteHost(call.request as HostedRequest);
  }

  confirm(): void {
    const pass = this.#pass;
    if (pass === undefined) return;
    // If the core refuses, it has already taken the pass back.
    this.#pass = undefined;
    this.#pass = this.#core.renew(pass);
  }

  waiting(waits: boolean): void {
    this.#waits = waits;
  }

  /** As the running attempt of calls below, it has no signal. */
  get signal(): undefined {
    return undefined;
  }

  remaining(): number {
    return Infinity;
  }

  cancel(): void {
    const pass = this.#pass;
    this.#pass = undefined;
    if (pass !== undefined) this.#core.giveBack(pass);
  }

  end(outcome: Outcome): MaybeAsync<void> {
    const pass = this.#pass;
    if (pass === undefined) return;
    if (this.#waits && outcome.failed) {
      // The attempt ended while it waited, so it never reached the server.
      this.cancel();
      return;
    }
    this.#pass = undefined;
    const { countIf } = this.#core.settings;
    if (countIf === undefined && !outcome.failed && !mayBeAnswer(outcome.value)) {
      this.#core.succeed(pass);
      return;
    }
    return this.#judge(pass, outcome, countIf);
  }

  #judge(pass: Pass, outcome: Outcome, countIf: RetryStrategy | undefined): MaybeAsync<void> {
    if (isNeutral(outcome, [this.#call.signal, this.#call.state?.signal])) {
      this.#count(pass, outcome, 'neutral');
      return;
    }
    if (countIf === undefined) {
      this.#count(pass, outcome, defaultVerdict(outcome));
      return;
    }
    const blame = (thrown: unknown): never => {
      this.#core.giveBack(pass);
      throw new PolicyError(
        'countIf',
        this.#judged(outcome).fnName,
        thrown,
        outcome.failed ? outcome.error : undefined,
      );
    };
    const count = (counts: boolean): void => {
      this.#count(pass, outcome, counts ? 'failure' : outcome.failed ? 'neutral' : 'success');
    };
    let counts: MaybeAsync<boolean>;
    try {
      counts = countIf.shouldRetry(this.#judged(outcome));
      if (!isThenable(counts)) counts = expectBoolean('countIf', counts);
    } catch (thrown) {
      return blame(thrown);
    }
    if (!isThenable(counts)) count(counts);
    else return counts.then((later) => expectBoolean('countIf', later)).then(count, blame);
  }

  #count(pass: Pass, outcome: Outcome, verdict: Verdict): void {
    switch (verdict) {
      case 'neutral':
        this.#core.giveBack(pass);
        break;
      case 'success':
        this.#core.succeed(pass);
        break;
      case 'failure':
        this.#core.fail(pass, outcome, () => this.#judged(outcome));
    }
  }

  /** The state that the user's strategies receive. In a policy it inherits from the call's own state. */
  #judged(outcome: Outcome): RetryCallState {
    const { state, fn, self, args } = this.#call;
    const elapsed = state?.elapsed ?? this.#core.now() - this.#began;
    const known =
      state === undefined
        ? { fn, self, args, attemptNumber: 1, idleFor: 0, upcomingSleep: 0, fnName: functionName(fn) }
        : { attemptNumber: state.attemptNumber };
    const judged = Object.create(state ?? null, { elapsed: { value: elapsed, enumerable: true } }) as object;
    return Object.assign(judged, known, { outcome }) as RetryCallState;
  }
}

/** The name of a function in errors; `anonymous` without one. */
export const functionName = (fn: { readonly name: string } | undefined): string =>
  fn === undefined || fn.name === '' ? 'anonymous' : fn.name;

/** Whether a value may be an HTTP answer. Most values are not, and this check is fast. */
function mayBeAnswer(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { status, statusCode } = value as { readonly status?: unknown; readonly statusCode?: unknown };
  return typeof status === 'number' || typeof statusCode === 'number';
}
