import { createContextKey, SpanKind, type Context, type Span } from '@opentelemetry/api';

const RESENDS = createContextKey('tenax resends');

/** Stores in a context how many times the request was sent before. @internal */
export const withResends = (context: Context, resends: number): Context => context.setValue(RESENDS, resends);

/**
 * A span processor (for the SDK's `spanProcessors`) that sets `http.request.resend_count` on client spans that begin within a
 * retried attempt, such as those of `@opentelemetry/instrumentation-http`. The value is the ordinal of the resend, from 1, as
 * in the semantic conventions for HTTP spans. It needs {@link instrument}.
 *
 * @example
 * ```ts
 * import { ResendCountProcessor } from 'tenax/opentelemetry';
 *
 * const spanProcessors = [new ResendCountProcessor()]; // for new NodeSDK({ spanProcessors })
 * ```
 */
export class ResendCountProcessor {
  /** Called by the SDK when a span begins. */
  onStart(span: Span & { readonly kind?: SpanKind }, context: Context): void {
    const resends = (context.getValue(RESENDS) ?? 0) as number;
    if (span.kind === SpanKind.CLIENT && resends > 0) span.setAttribute('http.request.resend_count', resends);
  }

  /** Called by the SDK; does nothing. */
  onEnd(): void {
    // The attribute is set when the span begins.
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
