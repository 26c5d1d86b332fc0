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

/** What a breaker knows of a call outside of a policy. */
export interface BrokenCall extends Admission {
  readonly fn?: (...args: never[]) => unknown;
  readonly self?: unknown;
  readonly args?: readonly unknown[];
}

/** The first attempt of a call under a policy that is not asked for more. */
export const UNKNOWN_CALL: BrokenCall = {
  request: undefined,
  state: undefined,
  signal: undefined,
  remaining: Infinity,
};

/** The permit of one call through a breaker. Whatever comes after its end changes nothing. */
export class BreakerPermit implements QuickPermit {
  readonly #core: BreakerCore;
  readonly #call: BrokenCall;
  /** When the call began, where a strategy of the user may want to know. */
  readonly #began: number;
  #pass: Pass | undefined;
  #waits = false;

  constructor(core: BreakerCore, call: BrokenCall) {
    this.#core = core;
    this.#call = call;
    this.#pass = core.enter();
    this.#began = core.settings.measured ? core.now() : 0;
    // In a client the request stands beside the state.
    if (call.state !== undefined && call.request !== call.state) core.note(call.request as HostedRequest);
  }

  confirm(): void {
    const pass = this.#pass;
    if (pass === undefined) return;
    // The core takes it back where it refuses.
    this.#pass = undefined;
    this.#pass = this.#core.renew(pass);
  }

  waiting(waits: boolean): void {
    this.#waits = waits;
  }

  /** As the running attempt: nothing cuts it off. */
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
      // It never reached the server.
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

  /** The part of a `JudgedState` that a breaker knows. In a policy it inherits the rest from the call's own state. */
  #judged(outcome: Outcome): RetryCallState {
    const { state, fn, self, args } = this.#call;
    const elapsed = state?.elapsed ?? this.#core.now() - this.#began;
    const known =
      state === undefined
        ? { fn, self, args, attemptNumber: 1, idleFor: 0, upcomingSleep: 0, fnName: nameOf(fn) }
        : { attemptNumber: state.attemptNumber };
    const judged = Object.create(state ?? null, { elapsed: { value: elapsed, enumerable: true } }) as object;
    return Object.assign(judged, known, { outcome }) as RetryCallState;
  }
}

const nameOf = (fn: { readonly name: string } | undefined): string =>
  fn === undefined || fn.name === '' ? 'anonymous' : fn.name;

/** Most values are not HTTP answers; this check recognises them without reading them. */
function mayBeAnswer(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { status, statusCode } = value as { readonly status?: unknown; readonly statusCode?: unknown };
  return typeof status === 'number' || typeof statusCode === 'number';
}
