import { metrics, trace } from '@opentelemetry/api';
import { retry, stop } from 'tenax';
import { instrument } from 'tenax/opentelemetry';
import { meters, metricsNow, spansNow, tracers } from './telemetry.js';

describe('the options of instrument', () => {
  afterAll(() => meters.shutdown());

  test('left out mean the global meter and tracer, under the name tenax', async () => {
    metrics.setGlobalMeterProvider(meters);
    trace.setGlobalTracerProvider(tracers);
    for (const end of [instrument(), instrument({ meter: undefined, tracer: undefined })]) {
      await retry(async () => 1, { stop: stop.afterAttempt(2), name: 'job' })();
      end();
    }
    metrics.disable();
    trace.disable();
    expect((await metricsNow())['tenax.attempts']?.sum).toBe(3);
    expect(spansNow().map(({ instrumentationScope }) => instrumentationScope.name)).toEqual(Array(3).fill('tenax'));
  });

  it.each<[unknown, string]>([
    [5, 'instrument takes an object with meter, tracer, got 5'],
    [{ metre: 1 }, 'instrument has no option "metre"; did you mean "meter"?'],
    [{ meter: {} }, 'instrument: meter takes a Meter of OpenTelemetry, got an object'],
    [{ meter: null }, 'instrument: meter takes a Meter of OpenTelemetry, got null'],
    [{ tracer: 5 }, 'instrument: tracer takes a Tracer of OpenTelemetry, got 5'],
    [{ tracer: { startSpan: true } }, 'instrument: tracer takes a Tracer of OpenTelemetry, got an object'],
    [{ meter: tracers.getTracer('x') }, 'instrument: meter takes a Meter of OpenTelemetry, got an instance of Tracer'],
  ])('are refused where they are wrong: %p', (options, message) => {
    expect(() => instrument(options as never)).toThrow(new TypeError(message));
  });
});
