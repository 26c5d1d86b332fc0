import { processContext } from '../base/process-context.js';
import { isThenable, promiseOf } from '../base/thenable.js';
import { withCopy } from '../base/with-copy.js';
import type { Permit } from '../call/gate.js';
import type { Outcome } from '../call/outcome.js';
import type { Answer } from '../headers/answer.js';
import { parseRateLimit } from '../headers/rate-limit.js';
import { capped, feedbackOf } from './feedback.js';
import type { Member } from './line.js';
import { isMember, membersOf } from './members.js';
import type { RateFeedback, RateLimiter } from './rate-limiter.js';
import { reportAll } from './report.js';
import type { SteadyClock } from './steady-clock.js';
import { callSafely } from './call-safely.js';
import type { Demand } from './together.js';

type Settle = (response: unknown, request: unknown) => unknown;

/** What an attempt took from one limit. */
export interface Charge {
  readonly limiter: RateLimiter;
  readonly tokens: number;
  readonly settle: Settle | undefined;
}

/** What an attempt took from all its limits. */
export class Charges {
  /** The limiters of all charges, with combinations replaced by their members. */
  readonly limiters: readonly RateLimiter[];
  /** The same limiters, if all of them are of this process. */
  readonly members: readonly Member[] | undefined;
  /** The tokens taken from each of these limiters, without those that cost nothing. */
  readonly demands: readonly Demand[];
  /** The demands on limiters of this process. */
  readonly local: readonly (Demand & { readonly limiter: Member })[];
  /** The clock of the limiters of this process. */
  readonly time: SteadyClock | undefined;

  constructor(readonly list: readonly Charge[]) {
    this.limiters = list.flatMap(({ limiter }) => membersOf(limiter));
    const members = this.limiters.filter(isMember);
    this.members = members.length === this.limiters.length ? members : undefined;
    this.time = members[0]?.time;
    this.demands = list.flatMap(({ limiter, tokens }) =>
      tokens === 0 ? [] : membersOf(limiter).map((member) => ({ limiter: member, tokens })),
    );
    this.local = this.demands.filter((demand): demand is Charges['local'][number] => isMember(demand.limiter));
  }
}

/** How the outcome of an attempt is read. */
export interface EndReader {
  readonly answerOf: (outcome: Outcome) => Answer | undefined;
  readonly copyOf: ((value: unknown) => unknown) | undefined;
  readonly cap: number;
}

/** The permit of one attempt. It reports the outcome to the limits, frees slots and corrects charges. */
export class LimitPermit implements Permit {
  /** A slot belongs to a stream until its source has ended. */
  readonly held = true;
  readonly #began: number | undefined;
  /** When it was charged, on the steady clock of its limiters. */
  readonly #chargedAt: number = 0;
  /** False in test mode, where nothing is taken. */
  readonly #taken = processContext.testing === undefined;

  constructor(
    private readonly charges: Charges,
    private readonly request: unknown,
    private readonly reader: EndReader,
  ) {
    const { time } = charges;
    if (time === undefined) return;
    this.#chargedAt = time.now();
    this.#began = time.lastReading;
  }

  /** Gives everything back, because the attempt is not made. */
  cancel(): void {
    for (const { limiter, tokens } of this.charges.list) {
      if (tokens > 0) callSafely(limiter, 'settle', () => this.#correct(limiter, tokens, 0));
    }
    this.leave();
  }

  /** Only frees the slots, because it is not known how a stream that the consumer left would have ended. */
  leave(): void {
    for (const { limiter, tokens } of this.charges.demands) {
      if (limiter.release !== undefined) callSafely(limiter, 'release', () => limiter.release?.(tokens));
    }
  }

  /** Reports the outcome, then frees the slots, then settles. The call does not wait for the user's `settle`. */
  end(outcome: Outcome): void {
    let answer: Answer | undefined;
    try {
      answer = this.reader.answerOf(outcome);
      const feedback = feedbackOf(outcome, answer, this.#began, this.reader.cap);
      if (feedback !== undefined) this.#report(feedback, answer);
    } finally {
      this.leave();
    }
    if (outcome.failed || !this.#taken || (answer?.status ?? 200) >= 400) return;
    for (const { limiter, tokens, settle } of this.charges.list) {
      if (settle !== undefined) this.#settle(limiter, tokens, settle, outcome.value);
    }
  }

  #report(feedback: RateFeedback, answer: Answer | undefined): void {
    const { limiters, members } = this.charges;
    if (members?.length === 1) {
      (members[0] as Member).report?.(feedback);
      return;
    }
    // Limiters that are not tenax's own may read only the tightest limit.
    const limit = members === undefined ? parseRateLimit(answer?.headers) : undefined;
    reportAll(limiters, limit === undefined ? feedback : { ...feedback, rateLimit: capped(limit, this.reader.cap) });
  }

  #correct(limiter: RateLimiter, tokens: number, used: number): void {
    for (const member of membersOf(limiter)) {
      if (isMember(member)) member.settleCharge(tokens, used, this.#chargedAt);
      else callSafely(member, 'settle', () => member.settle?.(tokens, used));
    }
  }

  #settle(limiter: RateLimiter, tokens: number, settle: Settle, value: unknown): void {
    const apply = (used: unknown): void => {
      if (used !== undefined) this.#correct(limiter, tokens, used as number);
    };
    callSafely(settle, 'settle', () => {
      const { copyOf } = this.reader;
      const ask = (response: unknown): unknown => settle(response, this.request);
      const copy = copyOf?.(value);
      const used = copy === undefined ? ask(value) : withCopy(copy, ask);
      if (isThenable(used)) return promiseOf(used).then(apply);
      apply(used);
      return undefined;
    });
  }
}
