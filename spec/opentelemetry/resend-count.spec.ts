import { SpanKind } from '@opentelemetry/api';
import { retry, stop } from 'tenax';
import { ResendCountProcessor } from 'tenax/opentelemetry';
import { instrumented, spansNow, tracers } from './telemetry.js';

instrumented();

/** Begins a span and ends it at once. */
const span = (name: string, kind = SpanKind.CLIENT): void => tracers.getTracer('inner').startSpan(name, { kind }).end();

describe('ResendCountProcessor', () => {
  test('counts on client spans of retried attempts alone', async () => {
    let calls = 0;
    const job = retry(
      async () => {
        span('request');
        span('work', SpanKind.INTERNAL);
        if (calls++ < 2) throw new Error('again');
      },
      { stop: stop.afterAttempt(3), name: 'job' },
    );
    await job();
    span('request');
    const counts = (name: string): unknown[] =>
      spansNow(name).map(({ attributes }) => attributes['http.request.resend_count']);
    expect(counts('request')).toEqual([undefined, 1, 2, undefined]);
    expect(spansNow('request')[0]?.attributes).not.toHaveProperty(['http.request.resend_count']);
    expect(counts('work')).toEqual([undefined, undefined, undefined]);
    expect(counts('job')).toEqual([undefined]);
  });

  test('holds nothing back: it can be flushed and shut down at any time', async () => {
    const processor = new ResendCountProcessor();
    processor.onEnd();
    expect(processor.forceFlush()).toBeInstanceOf(Promise);
    await expect(processor.forceFlush()).resolves.toBeUndefined();
    expect(processor.shutdown()).toBeInstanceOf(Promise);
    await expect(processor.shutdown()).resolves.toBeUndefined();
  });
});
