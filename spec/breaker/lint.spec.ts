import { CircuitBreaker, CircuitBreakers, wait } from 'tenax';
import { breakerFindings } from '../../lib/breaker/lint.js';
import { GATE } from '../../lib/call/gate.js';

const request = (breaker: CircuitBreaker, url: string, baseURL?: string): void => {
  const state = {} as never;
  void breaker[GATE]().admit({ request: { url, baseURL }, state, signal: undefined, remaining: Infinity });
};

describe('breakerFindings', () => {
  test('finds a break that lasts longer than all retries of a call wait', () => {
    const breaker = new CircuitBreaker({ name: 'api' });
    const [finding, ...others] = breakerFindings(breaker, 3000);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'break-over-retries', option: 'breaker' });
    expect(finding?.message).toMatch(
      /^the breaker api stays open for 10\.0 s, longer than all retries of a call wait \(3\.0 s\).*wait\.retryAfter\(\)$/,
    );
    expect(breakerFindings(breaker, 10_000)).toEqual([]);
    expect(breakerFindings(new CircuitBreaker({ breakFor: wait.fixed(2000) }), 3000)).toEqual([]);
  });

  test('finds nothing without retries, for CircuitBreakers, and for a breakFor that needs a failure', () => {
    expect(breakerFindings(new CircuitBreaker(), 0)).toEqual([]);
    expect(breakerFindings(new CircuitBreakers(), 1)).toEqual([]);
    expect(breakerFindings(undefined, 1)).toEqual([]);
    expect(breakerFindings(new CircuitBreaker({ breakFor: wait.exception(() => 1e9) }), 1)).toEqual([]);
  });

  test('finds a breaker that requests to several hosts share', () => {
    const breaker = new CircuitBreaker({ name: 'api' });
    request(breaker, 'https://user:secret@one.example.com/items?token=secret');
    request(breaker, '/items', 'HTTPS://ONE.example.com/v1');
    request(breaker, '/items');
    expect(breakerFindings(breaker, 0)).toEqual([]);
    request(breaker, '//two.example.com:8080#top');
    request(breaker, 'https://three.example.com');
    const [finding] = breakerFindings(breaker, 0);
    expect(finding).toMatchObject({ code: 'breaker-shared-by-hosts', option: 'breaker' });
    expect(finding?.message).toMatch(
      /^the breaker api is shared by one\.example\.com and two\.example\.com:8080: .*use CircuitBreakers/,
    );
  });
});
