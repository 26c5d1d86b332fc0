import { context, SpanStatusCode, trace, type Context, type Span, type Tracer } from '@opentelemetry/api';
import { messageOf } from '../base/scrub.js';
import type { RetryCallState } from '../call/call-state.js';
import { attributesOf, errorType, httpCallOf } from './attributes.js';
import { withResends } from './resend-count.js';

/** The spans of the calls in progress. A span begins with the first attempt and ends with the call. */
export class CallSpans {
  readonly #tracer: Tracer;
  readonly #open = new WeakMap<RetryCallState, Span>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /** The context of an attempt, in which the call's span is the parent of new spans. */
  contextOf(state: RetryCallState): Context {
    return withResends(trace.setSpan(context.active(), this.#spanOf(state)), state.attemptNumber - 1);
  }

  /** Adds an event for a retry, or for a stream that is resumed. Sets the resend count of an HTTP request. */
  retry(state: RetryCallState): void {
    const span = this.#spanOf(state);
    const { outcome, items = 0, bytes } = state;
    span.addEvent(items > 0 || bytes !== undefined ? 'resume' : 'retry', {
      ...(items > 0 ? { 'tenax.items': items } : {}),
      ...(bytes === undefined ? {} : { 'tenax.bytes': bytes }),
      'tenax.attempt': state.attemptNumber,
      'tenax.wait': state.upcomingSleep / 1000,
      ...(outcome?.failed ? { 'error.type': errorType(outcome.error) } : {}),
    });
    if (httpCallOf(state) !== undefined) span.setAttribute('http.request.resend_count', state.attemptNumber);
  }

  /** Ends the call's span, as failed if there is an error. */
  end(state: RetryCallState, failure?: { readonly error: unknown }): void {
    const span = this.#spanOf(state);
    span.setAttribute('tenax.attempts', state.attemptNumber);
    if (failure !== undefined) {
      const { error } = failure;
      span.setAttribute('error.type', errorType(error));
      span.setStatus({
        code: SpanStatusCode.ERROR,
        message: error instanceof Error ? messageOf(error) : undefined,
      });
    }
    span.end();
    this.#open.delete(state);
  }

  #spanOf(state: RetryCallState): Span {
    let span = this.#open.get(state);
    if (span === undefined) {
      const http = httpCallOf(state);
      span = this.#tracer.startSpan(http === undefined ? state.fnName : http.method, {
        attributes: attributesOf(state),
      });
      this.#open.set(state, span);
    }
    return span;
  }
}
