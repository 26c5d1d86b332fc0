import { createContextKey, SpanKind, type Context, type Span } from '@opentelemetry/api';

const RESENDS = createContextKey('tenax resends');

/** Notes in a context how many times the request has been sent before. @internal */
export const withResends = (context: Context, resends: number): Context => context.setValue(RESENDS, resends);

/**
 * A span processor (for the SDK's `spanProcessors`) that sets `http.request.resend_count` on the client spans that begin
 * within a retried attempt, such as those of `@opentelemetry/instrumentation-http`: the ordinal of the resend, from 1, as
 * the semantic conventions for HTTP spans want it. `instrument` must have been called.
 */
export class ResendCountProcessor {
  /** Called by the SDK when a span begins. */
  onStart(span: Span & { readonly kind?: SpanKind }, context: Context): void {
    const resends = (context.getValue(RESENDS) ?? 0) as number;
    if (span.kind === SpanKind.CLIENT && resends > 0) span.setAttribute('http.request.resend_count', resends);
  }

  /** Called by the SDK; does nothing. */
  onEnd(): void {
    // A span is complete when it begins.
  }

  /** Called by the SDK; does nothing. */
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  /** Called by the SDK; does nothing. */
  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
