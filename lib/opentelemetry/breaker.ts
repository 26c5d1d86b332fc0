import { trace, type Attributes, type Meter } from '@opentelemetry/api';
import type { BreakerMessage } from './messages.js';

/**
 * Counts the transitions of circuit breakers as `tenax.breaker.transitions`, and adds an event `breaker` to the span in which
 * one happens. Returns the handler of messages on the channel `tenax:breaker`.
 */
export function breakerHandler(meter: Meter): (message: BreakerMessage) => void {
  const transitions = meter.createCounter('tenax.breaker.transitions', {
    description: 'Transitions of circuit breakers',
    unit: '{transition}',
  });
  return ({ breaker, from, to }) => {
    const attributes: Attributes = { ...(breaker === undefined ? {} : { name: breaker }), from, to };
    transitions.add(1, attributes);
    trace.getActiveSpan()?.addEvent('breaker', attributes);
  };
}
