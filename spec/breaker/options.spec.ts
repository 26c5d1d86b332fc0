import { CircuitBreaker, retryIf, wait, type CircuitBreakerOptions } from 'tenax';

describe('The options of a CircuitBreaker', () => {
  test.each<[object, string]>([
    [{ failures: 0 }, 'CircuitBreaker: failures takes a whole number ≥ 1, got 0'],
    [{ failures: 1.5 }, 'CircuitBreaker: failures takes a whole number ≥ 1, got 1.5'],
    [{ failures: '5' }, 'CircuitBreaker: failures takes a whole number ≥ 1, got "5"'],
    [{ ratio: 0 }, 'CircuitBreaker: ratio takes a number above 0, at most 1, got 0'],
    [{ ratio: 50 }, 'CircuitBreaker: ratio takes a number from 0 to 1, got 50'],
    [{ minimum: 0 }, 'CircuitBreaker: minimum takes a whole number ≥ 1, got 0'],
    [{ window: 0 }, 'CircuitBreaker: window takes a finite number > 0, got 0'],
    [{ window: Infinity }, 'CircuitBreaker: window takes a finite number > 0, got Infinity'],
    [{ probes: 0 }, 'CircuitBreaker: probes takes a whole number ≥ 1, got 0'],
    [{ probes: Infinity }, 'CircuitBreaker: probes takes a whole number ≥ 1, got Infinity'],
    [{ probeTimeout: -1 }, 'CircuitBreaker: probeTimeout takes a duration in milliseconds (a number ≥ 0), got -1'],
    [{ name: 7 }, 'CircuitBreaker: name takes a string, got 7'],
    [{ clock: {} }, 'CircuitBreaker: clock takes a clock'],
    [{ countIf: 'all' }, 'countIf takes a retry strategy'],
    [{ breakFor: 1000 }, 'breakFor takes a wait strategy'],
    [{ resetTimeout: 1 }, 'CircuitBreaker has no option "resetTimeout"; use breakFor: wait.fixed(ms)'],
    [{ halfOpenAfter: 1 }, 'CircuitBreaker has no option "halfOpenAfter"; use breakFor: wait.fixed(ms)'],
    [{ errorThresholdPercentage: 50 }, 'no option "errorThresholdPercentage"; use ratio, a share from 0 to 1'],
    [{ volumeThreshold: 5 }, 'CircuitBreaker has no option "volumeThreshold"; use minimum'],
    [{ errorFilter: () => true }, 'CircuitBreaker has no option "errorFilter"; use countIf, which holds for failures'],
    [{ timeout: 1 }, 'CircuitBreaker has no option "timeout"; use attemptTimeout of a policy with this breaker'],
    [{ breakDuration: 1 }, 'CircuitBreaker has no option "breakDuration"; use breakFor: wait.fixed(ms)'],
    [{ failureRatio: 0.5 }, 'CircuitBreaker has no option "failureRatio"; use ratio'],
    [{ threshold: 0.5 }, 'CircuitBreaker has no option "threshold"; use failures, or ratio for a share'],
    [{ minimumThroughput: 5 }, 'CircuitBreaker has no option "minimumThroughput"; use minimum'],
    [{ rollingCountTimeout: 1 }, 'CircuitBreaker has no option "rollingCountTimeout"; use window'],
    [{ samplingDuration: 1 }, 'CircuitBreaker has no option "samplingDuration"; use window'],
    [{ duration: 1 }, 'CircuitBreaker has no option "duration"; use window'],
    [{ fallback: () => 1 }, 'CircuitBreaker has no option "fallback"; use fallback of a policy with this breaker'],
    [{ capacity: 1 }, 'no option "capacity"; use a ConcurrencyLimiter as limiter of a policy with this breaker'],
    [{ breakfor: wait.none() }, 'CircuitBreaker has no option "breakfor"; did you mean "breakFor"?'],
    [[], 'CircuitBreaker takes an object with failures, ratio'],
  ])('are refused when they are %j', (options, message) => {
    expect(() => new CircuitBreaker(options)).toThrow(message);
  });

  test('are all optional, undefined ones too', () => {
    const options: CircuitBreakerOptions = {
      failures: undefined,
      ratio: undefined,
      countIf: undefined,
      breakFor: undefined,
      name: undefined,
      logger: undefined,
      restored: undefined,
    };
    expect(new CircuitBreaker(options).state).toBe('closed');
    expect(new CircuitBreaker().name).toBeUndefined();
  });

  test('take strategies and plain functions', () => {
    expect(
      new CircuitBreaker({
        countIf: retryIf.always,
        breakFor: ({ attemptNumber }) => attemptNumber * 1000,
        failures: Infinity,
      }).state,
    ).toBe('closed');
  });
});
