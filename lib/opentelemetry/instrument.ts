import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { context, metrics, trace, type Histogram, type Meter, type Tracer } from '@opentelemetry/api';
import { checkKeys, formatValue } from '../base/check.js';
import { surroundAttempts } from '../base/process-context.js';
import type { Attempt } from '../engine/attempt.js';
import { attributesOf, errorType } from './attributes.js';
import { breakerHandler } from './breaker.js';
import type { BreakerMessage, CallMessage, LimiterMessage } from './messages.js';
import { CallSpans } from './spans.js';

/** Options of `instrument`. */
export interface InstrumentOptions {
  /** Records the metrics. Default: `metrics.getMeter('tenax')`. */
  readonly meter?: Meter | undefined;
  /** Makes the spans. Default: `trace.getTracer('tenax')`. */
  readonly tracer?: Tracer | undefined;
}

const SCOPE = 'tenax';

function instrumentsOf(meter: Meter) {
  return {
    attempts: meter.createCounter('tenax.attempts', { description: 'Attempts made', unit: '{attempt}' }),
    retries: meter.createCounter('tenax.retries', {
      description: 'Attempts after the first of their call',
      unit: '{attempt}',
    }),
    giveups: meter.createCounter('tenax.giveups', { description: 'Calls that failed for good', unit: '{call}' }),
    wait: meter.createHistogram('tenax.wait', { description: 'Sleeps between attempts', unit: 's' }),
    limiterWait: meter.createHistogram('tenax.limiter.wait', { description: 'Waits for a rate limiter', unit: 's' }),
    limiterQueue: meter.createHistogram('tenax.limiter.queue', {
      description: 'Callers that wait for a rate limiter',
      unit: '{caller}',
    }),
    limiterPause: meter.createHistogram('tenax.limiter.pause', { description: 'Pauses of a rate limiter', unit: 's' }),
  };
}

/** Records a value, unless the message leaves it out (NaN) or it is an infinite pause. */
function recordFinite(histogram: Histogram, value: number): void {
  if (Number.isFinite(value)) histogram.record(value);
}

function checkOptions(options: InstrumentOptions): void {
  checkKeys('instrument', options, ['meter', 'tracer']);
  checkPart('meter takes a Meter', options.meter, 'createCounter');
  checkPart('tracer takes a Tracer', options.tracer, 'startSpan');
}

function checkPart(takes: string, value: unknown, method: string): void {
  if (value === undefined) return;
  if (typeof (value as Record<string, unknown> | null)?.[method] === 'function') return;
  throw new TypeError(`instrument: ${takes} of OpenTelemetry, got ${formatValue(value)}`);
}

/**
 * Counts and traces all retries of the process with OpenTelemetry, from the `node:diagnostics_channel` channels of tenax:
 *
 * - counters `tenax.attempts`, `tenax.retries`, `tenax.giveups` and `tenax.breaker.transitions`;
 * - histograms `tenax.wait`, `tenax.limiter.wait` and `tenax.limiter.pause` (in seconds), and `tenax.limiter.queue`;
 * - a span for each call, with an event for each retry. It is the parent of the spans that begin within its attempts.
 *
 * @returns A function that stops it.
 * @throws TypeError for a wrong meter or tracer.
 *
 * @example
 * ```ts
 * import { instrument } from 'tenax/opentelemetry';
 *
 * const stop = instrument();
 * process.once('beforeExit', stop);
 * stop();
 * ```
 */
export function instrument(options: InstrumentOptions = {}): () => void {
  checkOptions(options);
  const meter = options.meter ?? metrics.getMeter(SCOPE);
  const instruments = instrumentsOf(meter);
  const breaker = breakerHandler(meter);
  const spans = new CallSpans(options.tracer ?? trace.getTracer(SCOPE));

  const call =
    (handle: (message: CallMessage) => void) =>
    (message: unknown): void => {
      handle(message as CallMessage);
    };
  const handlers: Readonly<Record<string, (message: unknown) => void>> = {
    'tenax:attempt': call(({ state }) => {
      const attributes = attributesOf(state);
      instruments.attempts.add(1, attributes);
      if (state.attemptNumber > 1) instruments.retries.add(1, attributes);
    }),
    'tenax:retry': call(({ state }) => {
      instruments.wait.record(state.upcomingSleep / 1000, attributesOf(state));
      spans.retry(state);
    }),
    'tenax:success': call(({ state }) => {
      spans.end(state);
    }),
    'tenax:giveup': call(({ state, error }) => {
      instruments.giveups.add(1, { ...attributesOf(state), 'error.type': errorType(error) });
      spans.end(state, { error });
    }),
    'tenax:abort': call(({ state, reason }) => {
      spans.end(state, reason === undefined ? undefined : { error: reason });
    }),
    'tenax:limiter': (message) => {
      const { limiter, waited = NaN, paused = NaN } = message as LimiterMessage;
      const { pending = NaN } = limiter;
      recordFinite(instruments.limiterWait, waited / 1000);
      recordFinite(instruments.limiterPause, paused / 1000);
      recordFinite(instruments.limiterQueue, pending);
    },
    'tenax:breaker': (message) => {
      breaker(message as BreakerMessage);
    },
  };
  for (const [channel, handler] of Object.entries(handlers)) subscribe(channel, handler);

  // The call's span is active within its attempts.
  const end = surroundAttempts((attempt, run) => context.with(spans.contextOf((attempt as Attempt).state), run));

  return () => {
    for (const [channel, handler] of Object.entries(handlers)) unsubscribe(channel, handler);
    end();
  };
}
