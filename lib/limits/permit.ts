import { processContext } from '../base/process-context.js';
import { isThenable, promiseOf } from '../base/thenable.js';
import type { Permit } from '../call/gate.js';
import type { Outcome } from '../call/outcome.js';
import type { Answer } from '../headers/answer.js';
import type { RateLimit } from '../headers/rate-limit-info.js';
import { parseRateLimit } from '../headers/rate-limit.js';
import { capped, feedbackOf } from './feedback.js';
import { isMember, membersOf } from './members.js';
import type { RateFeedback, RateLimiter } from './rate-limiter.js';
import { reportAll } from './report.js';
import { tell } from './tell.js';

/** What an attempt took of one limit. */
export interface Charge {
  readonly limiter: RateLimiter;
  readonly tokens: number;
  readonly settle: ((response: unknown, request: unknown) => unknown) | undefined;
}

/** How the end of an attempt is read. */
export interface EndReader {
  readonly answerOf: (outcome: Outcome) => Answer | undefined;
  readonly responseOf: ((value: unknown) => unknown) | undefined;
  readonly cap: number;
}

/** What a limit's gate gives for one attempt. */
export class LimitPermit implements Permit {
  /** A slot belongs to a stream until its source has ended. */
  readonly held = true;
  readonly #began: number | undefined;
  /** When it was charged, on the steady clock of its limiters. */
  readonly #chargedAt: number = 0;
  /** In test mode nothing was taken. */
  readonly #taken = processContext.testing === undefined;

  constructor(
    private readonly charges: readonly Charge[],
    private readonly request: unknown,
    private readonly reader: EndReader,
  ) {
    for (const { limiter } of charges) {
      for (const member of membersOf(limiter)) {
        if (this.#began !== undefined || !isMember(member)) continue;
        this.#began = member.time.clock.now();
        this.#chargedAt = member.time.now();
      }
    }
  }

  /** Gives everything back: the attempt is not made. */
  cancel(): void {
    for (const { limiter, tokens } of this.#used) tell(limiter, 'settle', () => this.#correct(limiter, tokens, 0));
    this.leave();
  }

  /** Frees the slots and nothing else: how the stream would have ended is not known. */
  leave(): void {
    for (const { limiter, tokens } of this.#used) {
      for (const member of membersOf(limiter)) tell(member, 'release', () => member.release?.(tokens));
    }
  }

  /** Reports, then frees the slots, then settles; nobody waits for a `settle` of the user. */
  end(outcome: Outcome): void {
    let answer: Answer | undefined;
    try {
      answer = this.reader.answerOf(outcome);
      const feedback = feedbackOf(outcome, answer, this.#began, this.reader.cap);
      this.#report(feedback, answer);
    } finally {
      this.leave();
    }
    if (outcome.failed || !this.#taken || (answer?.status ?? 200) >= 400) return;
    for (const charge of this.charges) if (charge.settle !== undefined) this.#settle(charge, outcome.value);
  }

  get #used(): readonly Charge[] {
    return this.charges.filter(({ tokens }) => tokens > 0);
  }

  #report(feedback: RateFeedback | undefined, answer: Answer | undefined): void {
    if (feedback === undefined) return;
    const limiters = this.charges.flatMap(({ limiter }) => membersOf(limiter));
    // Limiters of other makes may read the tightest limit alone.
    const more = limiters.every(isMember) ? undefined : tightest(answer, this.reader.cap);
    reportAll(limiters, more === undefined ? feedback : { ...feedback, rateLimit: more });
  }

  #correct(limiter: RateLimiter, tokens: number, used: number): void {
    for (const member of membersOf(limiter)) {
      if (isMember(member)) member.settleCharge(tokens, used, this.#chargedAt);
      else tell(member, 'settle', () => member.settle?.(tokens, used));
    }
  }

  #settle({ limiter, tokens, settle }: Charge, value: unknown): void {
    const apply = (used: unknown): void => {
      if (used !== undefined) this.#correct(limiter, tokens, used as number);
    };
    tell(settle as object, 'settle', () => {
      const { responseOf } = this.reader;
      const used = settle?.(responseOf === undefined ? value : responseOf(value), this.request);
      if (isThenable(used)) return promiseOf(used).then(apply);
      apply(used);
      return undefined;
    });
  }
}

function tightest(answer: Answer | undefined, cap: number): RateLimit | undefined {
  const limit = parseRateLimit(answer?.headers);
  return limit === undefined ? undefined : capped(limit, cap);
}
