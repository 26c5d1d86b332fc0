import { untilAborted } from '../../../base/abort.js';
import { channels } from '../../../base/channels.js';
import type { Timestamp } from '../../../base/clock.js';
import type { RetryingOfCall } from '../../../call/call-state.js';
import type { Outcome } from '../../../call/outcome.js';
import type { RetryTotals, Writable } from '../../../call/statistics.js';
import { Call } from '../../../engine/call.js';
import type { StopReason } from '../../../engine/errors.js';
import { publish } from '../../../engine/publish.js';
import { startOver } from '../../../engine/start-over.js';
import { HttpError } from '../../errors.js';
import type { HttpCall } from '../http-call.js';
import { discardLost } from '../ending.js';
import { invocationOf } from '../invocation.js';
import type { Answer } from '../transport.js';
import type { ResumePlan } from './resume-plan.js';

/** Answers to a request for the rest that the caller gets unchanged: they say best why there is no rest. */
const GONE = [404, 410];

/**
 * The requests for the rest of one body, as a {@link Call}: the body that broke off is a failed attempt, and the following
 * attempts request the missing bytes.
 */
export class BodyCall<Response extends Answer> extends Call<Response> {
  /** The client's totals: the call itself has succeeded when its headers arrived. */
  override readonly totals: Writable<RetryTotals>;
  private received = 0;
  /** True if its end has not been published yet. */
  private open = true;

  constructor(
    owner: RetryingOfCall,
    totals: Writable<RetryTotals>,
    private readonly http: HttpCall<any, any, Response>,
    private readonly plan: ResumePlan,
  ) {
    super(owner, invocationOf(http));
    this.totals = totals;
    // This call counts neither as succeeded nor as failed.
    this.abandon();
  }

  /** Starts the policy from its first attempt, because a chunk has arrived since the last failure. */
  startOver(asked: Timestamp): void {
    startOver(this, asked);
    this.http.startOver();
  }

  /** Resolves with an answer that continues the body after `received` bytes. */
  async proceed(error: unknown, received: number, signal: AbortSignal): Promise<Response> {
    this.received = received;
    this.state.bytes = received;
    this.http.extraHeaders = this.plan.headersFor(received);
    this.endsBy(signal);
    try {
      return await untilAborted(this.run(this.failedWith(error)), signal);
    } catch (failure) {
      discardLost(this.http, failure, signal.aborted);
      throw failure;
    }
  }

  /** Called when the body is complete. */
  complete(): void {
    publish(channels.success, this.state);
  }

  /** Called when the body ends early: the caller aborted with a reason, or the reader left. */
  leave(aborted?: { readonly reason: unknown }): void {
    if (this.open) publish(channels.abort, this.state, aborted);
  }

  override async finish(outcome: Outcome<Response>, reason: StopReason | 'notRetryable'): Promise<Response> {
    if (reason !== 'notRetryable') return super.finish(outcome, reason);
    const { http, plan, received } = this;
    if (outcome.failed) throw this.errorForReader(outcome.error);
    const why = plan.mismatch(outcome.value, received) ?? this.whyUnusable(outcome.value);
    if (why === undefined) {
      plan.learn(outcome.value);
      return outcome.value;
    }
    throw http.brokenBody(received, why);
  }

  override fail(error: unknown): Promise<Response> {
    this.open = this.signal?.aborted === true;
    return super.fail(this.http.isFinal(error) ? this.http.final?.forCaller : error);
  }

  /** Why the rest cannot be used although its headers match; undefined if it can. Decoded bytes are not those missing. */
  private whyUnusable(rest: Response): string | undefined {
    const { bodies } = this.http.client.transport;
    return bodies?.isUnchanged(rest, this.http.job) === false ? 'the rest was decoded or changed' : undefined;
  }

  /** The error that the reader of the body gets for an answer that is not retried. */
  private errorForReader(error: unknown): unknown {
    const { http, received } = this;
    if (!(error instanceof HttpError) || GONE.includes(error.status) || http.isFinal(error)) return error;
    return http.brokenBody(received, `the server answered ${error.status} when it was asked for the rest`, error);
  }
}
