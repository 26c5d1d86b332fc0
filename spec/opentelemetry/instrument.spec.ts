import { SpanKind } from '@opentelemetry/api';
import axios from 'axios';
import { Retry, Retrying, stop, wait } from 'tenax';
import { RetryingAxios } from 'tenax/axios';
import { FlakyServer } from 'tenax/testing';
import { instrumented, metricsNow, spansNow, tracers } from './telemetry.js';

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
  const stopIt = instrumented();

  test('counts attempts, retries and waits in seconds, under the name of the function', async () => {
    await new Service(2).load();
    const metrics = await metricsNow();
    expect(metrics['tenax.attempts']?.sum).toBe(3);
    expect(metrics['tenax.retries']?.sum).toBe(2);
    expect(metrics['tenax.wait']?.sum).toBe(4);
    expect(metrics['tenax.giveups']).toBeUndefined();
    expect(metrics['tenax.attempts']?.attributes).toEqual([{ 'code.function.name': 'Service.load' }]);
  });

  test('counts calls that gave up, by the kind of error', async () => {
    await expect(new Service(9).load()).rejects.toThrow(RangeError);
    const metrics = await metricsNow();
    expect(metrics['tenax.giveups']?.sum).toBe(1);
    expect(metrics['tenax.giveups']?.attributes[0]).toMatchObject({ 'error.type': 'RangeError' });
  });

  test('makes a span per call with an event per retry, as the parent of inner spans', async () => {
    await new Service(2).load();
    const [call, ...others] = spansNow('Service.load');
    expect(others).toEqual([]);
    expect(call?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['retry', { 'tenax.attempt': 1, 'tenax.wait': 2, 'error.type': 'RangeError' }],
      ['retry', { 'tenax.attempt': 2, 'tenax.wait': 2, 'error.type': 'RangeError' }],
    ]);
    expect(call?.attributes).toMatchObject({ 'tenax.attempts': 3, 'code.function.name': 'Service.load' });
    const inner = spansNow('inner');
    expect(inner.map((span) => span.parentSpanContext?.spanId)).toEqual(Array(3).fill(call?.spanContext().spanId));
  });

  test('shows no secret of an error', async () => {
    await new Service(9).load().catch(() => undefined);
    const [call] = spansNow('Service.load');
    expect(call?.status.message).toContain('down');
    expect(call?.status.message).not.toMatch(/secret|key=1/);
  });

  test('knows the requests of RetryingAxios by method and host, and how often they were sent again', async () => {
    const server = await FlakyServer.start({ script: [503, 503] });
    const api = new RetryingAxios(axios.create({ baseURL: server.url }), { wait: wait.none() });
    await api.get('/items?key=secret');
    await server.close();
    const [call] = spansNow();
    expect(call?.name).toBe('GET');
    expect(call?.attributes).toEqual({
      'http.request.method': 'GET',
      'server.address': '127.0.0.1',
      'http.request.resend_count': 2,
      'tenax.attempts': 3,
    });
  });

  test('stops when the returned function is called', async () => {
    stopIt();
    await new Service(1).load();
    expect(await metricsNow()).toEqual({});
    expect(spansNow('Service.load')).toEqual([]);
    expect(spansNow('inner').map(({ parentSpanContext }) => parentSpanContext)).toEqual([undefined, undefined]);
  });

  test('sees a call that succeeds at once, too', async () => {
    await new Retrying({ stop: stop.afterAttempt(2) }).call(async () => 1);
    expect((await metricsNow())['tenax.attempts']?.sum).toBe(1);
  });
});
