import { context, SpanKind } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import axios from 'axios';
import { Retry, Retrying, retry, stop, TokenBucket, wait } from 'tenax';
import { RetryingAxios } from 'tenax/axios';
import { instrument, ResendCountProcessor } from 'tenax/opentelemetry';
import { FlakyServer, VirtualClock } from 'tenax/testing';

const spans = new InMemorySpanExporter();
const tracers = new BasicTracerProvider({
  spanProcessors: [new ResendCountProcessor(), new SimpleSpanProcessor(spans)],
});
const exported = new InMemoryMetricExporter(AggregationTemporality.DELTA);
const reader = new PeriodicExportingMetricReader({ exporter: exported, exportIntervalMillis: 1e8 });
const meters = new MeterProvider({ readers: [reader] });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

let stopIt: () => void;
beforeEach(() => {
  stopIt = instrument({ meter: meters.getMeter('tenax'), tracer: tracers.getTracer('tenax') });
});
afterEach(() => {
  stopIt();
  spans.reset();
});
afterAll(async () => {
  await meters.shutdown();
  context.disable();
});

/** The sums of all counters and histograms since they were asked last. */
async function metricsNow(): Promise<Record<string, { sum: number; attributes: object[] }>> {
  exported.reset();
  await reader.forceFlush();
  const metrics = exported.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  return Object.fromEntries(
    metrics.map(({ descriptor, dataPoints }) => [
      descriptor.name,
      {
        sum: dataPoints.reduce(
          (sum, { value }) => sum + (typeof value === 'number' ? value : ((value as { sum?: number }).sum ?? 0)),
          0,
        ),
        attributes: dataPoints.map(({ attributes }) => attributes),
      },
    ]),
  );
}

class Service {
  calls = 0;
  constructor(private readonly failures: number) {}

  @Retry({ stop: stop.afterAttempt(3), wait: wait.fixed(2000), sleep: async () => undefined, reraise: true })
  async load(): Promise<string> {
    this.calls += 1;
    tracers.getTracer('inner').startSpan('inner', { kind: SpanKind.CLIENT }).end();
    if (this.calls <= this.failures) throw new RangeError('down, see https://me:secret@host/x?key=1');
    return 'loaded';
  }
}

describe('instrument', () => {
  it('counts attempts, retries and waits in seconds, under the name of the function', async () => {
    await metricsNow();
    await new Service(2).load();
    const metrics = await metricsNow();
    expect(metrics['tenax.attempts']?.sum).toBe(3);
    expect(metrics['tenax.retries']?.sum).toBe(2);
    expect(metrics['tenax.wait']?.sum).toBe(4);
    expect(metrics['tenax.giveups']).toBeUndefined();
    expect(metrics['tenax.attempts']?.attributes).toEqual([{ 'code.function.name': 'Service.load' }]);
  });

  it('counts what was given up, by the kind of error', async () => {
    await metricsNow();
    await expect(new Service(9).load()).rejects.toThrow(RangeError);
    const metrics = await metricsNow();
    expect(metrics['tenax.giveups']?.sum).toBe(1);
    expect(metrics['tenax.giveups']?.attributes[0]).toMatchObject({ 'error.type': 'RangeError' });
  });

  it('makes a span per call with an event per retry, the parent of what begins within', async () => {
    await new Service(2).load();
    const [call, ...others] = spans.getFinishedSpans().filter(({ name }) => name === 'Service.load');
    expect(others).toEqual([]);
    expect(call?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['retry', { 'tenax.attempt': 1, 'tenax.wait': 2, 'error.type': 'RangeError' }],
      ['retry', { 'tenax.attempt': 2, 'tenax.wait': 2, 'error.type': 'RangeError' }],
    ]);
    expect(call?.attributes).toMatchObject({ 'tenax.attempts': 3, 'code.function.name': 'Service.load' });
    const inner = spans.getFinishedSpans().filter(({ name }) => name === 'inner');
    expect(inner.map((span) => span.parentSpanContext?.spanId)).toEqual(Array(3).fill(call?.spanContext().spanId));
  });

  it('sets http.request.resend_count on the client spans of retried attempts', async () => {
    await new Service(2).load();
    const inner = spans.getFinishedSpans().filter(({ name }) => name === 'inner');
    expect(inner.map(({ attributes }) => attributes['http.request.resend_count'])).toEqual([undefined, 1, 2]);
  });

  it('shows no secret of an error', async () => {
    await new Service(9).load().catch(() => undefined);
    const [call] = spans.getFinishedSpans().filter(({ name }) => name === 'Service.load');
    expect(call?.status.message).toContain('down');
    expect(call?.status.message).not.toMatch(/secret|key=1/);
  });

  it('knows the requests of RetryingAxios by method and host, and how often they were sent again', async () => {
    const server = await FlakyServer.start({ script: [503, 503] });
    const api = new RetryingAxios(axios.create({ baseURL: server.url }), { wait: wait.none() });
    await api.get('/items?key=secret');
    await server.close();
    const [call] = spans.getFinishedSpans();
    expect(call?.name).toBe('GET');
    expect(call?.attributes).toEqual({
      'http.request.method': 'GET',
      'server.address': '127.0.0.1',
      'http.request.resend_count': 2,
      'tenax.attempts': 3,
    });
  });

  it('ends the span of a call that is aborted', async () => {
    const controller = new AbortController();
    const call = retry(async () => Promise.reject(new Error('down')), {
      wait: wait.fixed(60_000),
      signal: controller.signal,
      name: 'job',
    });
    const ended = call().catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error('enough'));
    await ended;
    expect(spans.getFinishedSpans().map(({ attributes }) => attributes['error.type'])).toEqual(['Error']);
  });

  it('measures the wait for a limiter, its queue and its pauses', async () => {
    await metricsNow();
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 1, capacity: 1, clock });
    bucket.pauseFor(500);
    const both = Promise.all([bucket.acquire(), bucket.acquire()]);
    await clock.advance(2000);
    await both;
    const metrics = await metricsNow();
    expect(metrics['tenax.limiter.wait']?.sum).toBeCloseTo(0.5 + 1.5, 6);
    expect(metrics['tenax.limiter.pause']?.sum).toBe(0.5);
    expect(metrics['tenax.limiter.queue']).toBeDefined();
  });

  it('ends when it is told to', async () => {
    await metricsNow();
    stopIt();
    await new Service(1).load();
    expect(await metricsNow()).toEqual({});
    expect(spans.getFinishedSpans().filter(({ name }) => name === 'Service.load')).toEqual([]);
  });

  it('sees a call that succeeds at once, too', async () => {
    await metricsNow();
    await new Retrying({ stop: stop.afterAttempt(2) }).call(async () => 1);
    expect((await metricsNow())['tenax.attempts']?.sum).toBe(1);
  });

  it.each([[{ meter: {} }], [{ tracer: 5 }], [{ metre: 1 }]])('refuses %p', (options) => {
    expect(() => instrument(options as never)).toThrow(/instrument/);
  });
});
