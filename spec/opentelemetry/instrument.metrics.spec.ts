import { channel } from 'node:diagnostics_channel';
import { retry, stop, TokenBucket, wait } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { instrumented, metricsNow } from './telemetry.js';

instrumented();

describe('the metrics', () => {
  test('have units and descriptions as OpenTelemetry wants them', async () => {
    const bucket = new TokenBucket({ rate: 1 });
    bucket.pauseFor(1);
    channel('tenax:limiter').publish({ limiter: bucket, waited: 0 });
    await retry(async () => Promise.reject(new Error('down')), { stop: stop.afterAttempt(2) })().catch(() => undefined);
    const metrics = Object.entries(await metricsNow()).map(([name, { unit, description }]) => [
      name,
      unit,
      description,
    ]);
    expect(metrics.sort()).toEqual([
      ['tenax.attempts', '{attempt}', 'Attempts made'],
      ['tenax.giveups', '{call}', 'Calls that failed for good'],
      ['tenax.limiter.pause', 's', 'Pauses of a rate limiter'],
      ['tenax.limiter.queue', '{caller}', 'Callers that wait for a rate limiter'],
      ['tenax.limiter.wait', 's', 'Waits for a rate limiter'],
      ['tenax.retries', '{attempt}', 'Attempts after the first of their call'],
      ['tenax.wait', 's', 'Sleeps between attempts'],
    ]);
  });

  test('of a call without a retry count no retry', async () => {
    await retry(async () => 1, { stop: stop.afterAttempt(2), wait: wait.fixed(5) })();
    const metrics = await metricsNow();
    expect(metrics['tenax.attempts']).toMatchObject({ sum: 1, count: 1 });
    expect(metrics['tenax.retries']).toBeUndefined();
    expect(metrics['tenax.wait']).toBeUndefined();
  });

  test('of retries and waits have the attributes of their call', async () => {
    const call = retry(async () => Promise.reject(new Error('down')), {
      name: 'job',
      stop: stop.afterAttempt(3),
      wait: wait.fixed(1500),
      sleep: async () => undefined,
    });
    await call().catch(() => undefined);
    const metrics = await metricsNow();
    const attributes = [{ 'code.function.name': 'job' }];
    expect(metrics['tenax.retries']).toMatchObject({ sum: 2, attributes });
    expect(metrics['tenax.wait']).toMatchObject({ sum: 3, count: 2, attributes });
    expect(metrics['tenax.giveups']?.attributes).toEqual([{ 'code.function.name': 'job', 'error.type': 'RetryError' }]);
  });
});

describe('the metrics of a limiter', () => {
  test('are its waits, its queue and its pauses', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 1, capacity: 1, clock });
    bucket.pauseFor(500);
    const both = Promise.all([bucket.acquire(), bucket.acquire()]);
    await clock.advance(2000);
    await both;
    const metrics = await metricsNow();
    expect(metrics['tenax.limiter.wait']?.sum).toBeCloseTo(0.5 + 1.5, 6);
    expect(metrics['tenax.limiter.wait']?.count).toBe(2);
    expect(metrics['tenax.limiter.pause']).toMatchObject({ sum: 0.5, count: 1 });
    expect(metrics['tenax.limiter.queue']?.count).toBe(3);
  });

  test('have no pause for one without an end', async () => {
    new TokenBucket({ rate: 1 }).pauseFor(Infinity);
    const metrics = await metricsNow();
    expect(metrics['tenax.limiter.pause']).toBeUndefined();
    expect(metrics['tenax.limiter.wait']).toBeUndefined();
    expect(metrics['tenax.limiter.queue']).toMatchObject({ sum: 0, count: 1 });
  });

  test('have no queue length if the limiter has no `pending`', async () => {
    channel('tenax:limiter').publish({ limiter: {}, waited: 250 });
    const metrics = await metricsNow();
    expect(metrics['tenax.limiter.queue']).toBeUndefined();
    expect(metrics['tenax.limiter.pause']).toBeUndefined();
    expect(metrics['tenax.limiter.wait']).toMatchObject({ sum: 0.25, count: 1 });
  });
});
