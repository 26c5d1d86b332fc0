import { context, createContextKey, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { retry, retryIf, stop, wait } from 'tenax';
import { instrumented, spansNow, tracers } from './telemetry.js';

instrumented();

describe('the span of a call', () => {
  test('that succeeds has no status and no error', async () => {
    await retry(async () => 1, { stop: stop.afterAttempt(2), name: 'job' })();
    const [call, ...others] = spansNow();
    expect(others).toEqual([]);
    expect(call).toMatchObject({ name: 'job', events: [], status: { code: SpanStatusCode.UNSET } });
    expect(call?.attributes).toEqual({ 'code.function.name': 'job', 'tenax.attempts': 1 });
  });

  test('that fails says so, with the message of the error', async () => {
    const job = retry(async () => Promise.reject(new RangeError('down')), {
      stop: stop.afterAttempt(1),
      reraise: true,
    });
    await job().catch(() => undefined);
    expect(spansNow().map(({ status }) => status)).toEqual([{ code: SpanStatusCode.ERROR, message: 'down' }]);
  });

  test('that fails with a value that is not an Error has no message', async () => {
    const job = retry(async () => Promise.reject({ message: 'secret' } as Error), { stop: stop.afterAttempt(1), reraise: true }); // prettier-ignore
    await job().catch(() => undefined);
    expect(spansNow().map(({ status }) => status)).toEqual([{ code: SpanStatusCode.ERROR, message: undefined }]);
  });

  test('that fails with an error whose message is no text names its class', async () => {
    const error = Object.assign(new RangeError(), { message: { key: 'secret' } });
    const job = retry(async () => Promise.reject(error), { stop: stop.afterAttempt(1), reraise: true });
    await job().catch(() => undefined);
    expect(spansNow().map(({ status }) => status.message)).toEqual(['an instance of RangeError']);
  });

  test('that is aborted ends then, with the reason', async () => {
    const controller = new AbortController();
    const job = retry(async () => Promise.reject(new Error('down')), {
      wait: wait.fixed(60_000),
      signal: controller.signal,
      name: 'job',
    });
    const ended = job().catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new RangeError('enough'));
    await ended;
    expect(spansNow().map(({ attributes, status }) => [attributes['error.type'], status])).toEqual([
      ['RangeError', { code: SpanStatusCode.ERROR, message: 'enough' }],
    ]);
  });

  test('that is tried again for a value has events without an error', async () => {
    let calls = 0;
    const options = { stop: stop.afterAttempt(3), retryIf: retryIf.result((value) => value === 'pending') };
    await retry(async () => (calls++ === 0 ? 'pending' : 'done'), options)();
    expect(spansNow()[0]?.events.map(({ attributes }) => attributes)).toStrictEqual([
      { 'tenax.attempt': 1, 'tenax.wait': 0 },
    ]);
    expect(spansNow()[0]?.attributes).not.toHaveProperty(['http.request.resend_count']);
  });

  test('is the child of the span that was active, and leaves the rest of the context as it was', async () => {
    const key = createContextKey('mine');
    const outer = tracers.getTracer('inner').startSpan('outer');
    let seen: unknown;
    const job = retry(async () => void (seen = context.active().getValue(key)), { stop: stop.afterAttempt(1) });
    await context.with(trace.setSpan(ROOT_CONTEXT.setValue(key, 'kept'), outer), () => job());
    expect(seen).toBe('kept');
    expect(spansNow()[0]?.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
  });
});
