import { channels } from '../../../base/channels.js';
import type { Timestamp } from '../../../base/clock.js';
import type { Outcome } from '../../../call/outcome.js';
import type { RetryTotals, Writable } from '../../../call/statistics.js';
import { Call, type CallOwner } from '../../../engine/call.js';
import type { StopReason } from '../../../engine/errors.js';
import { publish } from '../../../engine/publish.js';
import { HttpError } from '../../errors.js';
import type { HttpCall } from '../http-call.js';
import { invocationOf } from '../invocation.js';
import type { Answer } from '../transport.js';
import type { ResumePlan } from './resume-plan.js';

/** Says best by itself why there is no rest. */
const GONE = [404, 410];

/**
 * The requests for the rest of one body, in the loop of {@link Call}: that the body broke off is a failed attempt, and the
 * attempts that follow ask for what is missing.
 */
export class BodyCall<Response extends Answer> extends Call<Response> {
  /** They are attempts of the client's, whose call has succeeded with its headers. */
  override readonly totals: Writable<RetryTotals>;
  private received = 0;
  /** True if its end has not been published yet. */
  private open = true;

  constructor(
    owner: CallOwner,
    totals: Writable<RetryTotals>,
    private readonly http: HttpCall<any, any, Response>,
    private readonly plan: ResumePlan,
  ) {
    super(owner, invocationOf(http));
    this.totals = totals;
    // It counts neither as succeeded nor as failed.
    this.abandon();
  }

  /** A chunk has come since the last failure: the policy starts over. */
  startOver(asked: Timestamp): void {
    Object.assign(this.state, { attemptNumber: 1, idleFor: 0, upcomingSleep: 0, begun: asked });
    this.errors = undefined;
    this.http.startOver();
  }

  /** Resolves with an answer that continues the body after so many bytes. */
  async proceed(error: unknown, received: number, signal: AbortSignal): Promise<Response> {
    this.received = received;
    this.state.bytes = received;
    this.http.extraHeaders = this.plan.headersFor(received);
    this.endsBy(signal);
    return this.run(this.failedWith(error));
  }

  /** The body is complete. */
  complete(): void {
    publish(channels.success, this.state);
  }

  /** Nothing comes any more: the caller aborted for a reason, or the reader left without one. */
  leave(aborted?: { readonly reason: unknown }): void {
    if (this.open) publish(channels.abort, this.state, aborted);
  }

  override async finish(outcome: Outcome<Response>, reason: StopReason | 'notRetryable'): Promise<Response> {
    if (reason !== 'notRetryable') return super.finish(outcome, reason);
    const { http, plan, received } = this;
    if (outcome.failed) throw this.shown(outcome.error);
    const why = plan.mismatch(outcome.value, received) ?? this.changed(outcome.value);
    if (why === undefined) {
      plan.learn(outcome.value);
      return outcome.value;
    }
    http.client.transport.discard?.(outcome.value);
    throw http.brokenBody(received, why);
  }

  override fail(error: unknown): Promise<Response> {
    this.open = this.signal?.aborted === true;
    return super.fail(this.http.isFinal(error) ? this.http.final?.shown : error);
  }

  /** A rest that the client has decoded is not the bytes that are missing. */
  private changed(rest: Response): string | undefined {
    const { bodies } = this.http.client.transport;
    return bodies?.isUnchanged(rest, this.http.job) === false ? 'the rest was decoded or changed' : undefined;
  }

  /** Of the answers that are not tried again those that say what became of the body are shown as they are. */
  private shown(error: unknown): unknown {
    const { http, received } = this;
    if (!(error instanceof HttpError) || GONE.includes(error.status) || http.isFinal(error)) return error;
    http.client.transport.discard?.(error.response as Response);
    return http.brokenBody(received, `the server answered ${error.status} when it was asked for the rest`, error);
  }
}
