import { CircuitOpenError, TenaxError } from 'tenax';
import { isOwnRefusal } from '../../lib/call/gate.js';

describe('CircuitOpenError', () => {
  test('is an own refusal with a code, a name and the time of the next probe', () => {
    const cause = new Error('down');
    const error = new CircuitOpenError({ breaker: 'api', what: 'is open', retryAfter: 500, cause });
    expect(error).toBeInstanceOf(TenaxError);
    expect(isOwnRefusal(error)).toBe(true);
    expect({ ...error }).toEqual({ code: 'TENAX_CIRCUIT_OPEN', breaker: 'api', retryAfter: 500 });
    expect([error.name, error.message, error.cause]).toEqual([
      'CircuitOpenError',
      'the circuit breaker api is open',
      cause,
    ]);
  });

  test.each([undefined, ''])('has a readable message without a name (%j), and no cause if none is known', (breaker) => {
    const error = new CircuitOpenError({ breaker, what: 'is held open' });
    expect(error.message).toBe('the circuit breaker is held open');
    expect('cause' in error).toBe(false);
    expect(error.retryAfter).toBeUndefined();
  });
});
