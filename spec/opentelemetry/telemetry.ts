import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { instrument, ResendCountProcessor } from 'tenax/opentelemetry';

/** The SDK of OpenTelemetry, which keeps in memory what it is given. */
const finished = new InMemorySpanExporter();
export const tracers = new BasicTracerProvider({
  spanProcessors: [new ResendCountProcessor(), new SimpleSpanProcessor(finished)],
});
const exported = new InMemoryMetricExporter(AggregationTemporality.DELTA);
const reader = new PeriodicExportingMetricReader({ exporter: exported, exportIntervalMillis: 1e8 });
export const meters = new MeterProvider({ readers: [reader] });

/** Instruments tenax for each spec of a file; answers how to end it before the spec does. */
export function instrumented(): () => void {
  let end: () => void;
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  beforeEach(async () => {
    await metricsNow();
    end = instrument({ meter: meters.getMeter('tenax'), tracer: tracers.getTracer('tenax') });
  });
  afterEach(() => {
    end();
    finished.reset();
  });
  afterAll(async () => {
    await meters.shutdown();
    context.disable();
  });
  return () => end();
}

/** The spans that have ended, of this name if one is given. */
export const spansNow = (wanted?: string): ReadableSpan[] =>
  finished.getFinishedSpans().filter(({ name }) => wanted === undefined || name === wanted);

/** What a metric holds since it was asked last. */
export interface Metric {
  readonly sum: number;
  readonly count: number;
  readonly attributes: object[];
  readonly unit: string;
  readonly description: string;
}

/** All counters and histograms since they were asked last. */
export async function metricsNow(): Promise<Record<string, Metric>> {
  exported.reset();
  await reader.forceFlush();
  const metrics = exported.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  return Object.fromEntries(
    metrics.map(({ descriptor: { name, unit, description }, dataPoints }) => {
      const values = dataPoints.map(({ value }) => (typeof value === 'number' ? { sum: value, count: 1 } : value));
      return [
        name,
        {
          sum: total(values.map((value) => (value as { sum?: number }).sum ?? 0)),
          count: total(values.map((value) => (value as { count: number }).count)),
          attributes: dataPoints.map(({ attributes }) => attributes),
          unit,
          description,
        },
      ];
    }),
  );
}
