import { context, trace } from '@opentelemetry/api';
import { CircuitBreaker } from 'tenax';
import { instrumented, metricsNow, spansNow, tracers } from './telemetry.js';

const end = instrumented();

describe('The transitions of a breaker', () => {
  test('are counted by name, from and to', async () => {
    const [named, nameless] = [new CircuitBreaker({ name: 'items' }), new CircuitBreaker()];
    named.hold()();
    nameless.hold();
    const { 'tenax.breaker.transitions': transitions } = await metricsNow();
    expect(transitions).toMatchObject({ sum: 3, unit: '{transition}', description: 'Transitions of circuit breakers' });
    expect(transitions?.attributes).toStrictEqual([
      { name: 'items', from: 'closed', to: 'open' },
      { name: 'items', from: 'open', to: 'closed' },
      { from: 'closed', to: 'open' },
    ]);
  });

  test('are events of the active span', () => {
    const span = tracers.getTracer('spec').startSpan('job');
    context.with(trace.setSpan(context.active(), span), () => new CircuitBreaker({ name: 'items' }).hold());
    span.end();
    expect(spansNow('job')[0]?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['breaker', { name: 'items', from: 'closed', to: 'open' }],
    ]);
  });

  test('are not counted once the instrumentation has ended', async () => {
    end();
    new CircuitBreaker().hold();
    expect((await metricsNow())['tenax.breaker.transitions']).toBeUndefined();
  });
});
