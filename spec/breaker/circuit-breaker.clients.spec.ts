import axios, { AxiosError, type InternalAxiosRequestConfig } from 'axios';
import { CircuitBreaker, CircuitBreakers, CircuitOpenError, stop, wait } from 'tenax';
import { RetryingAxios } from 'tenax/axios';
import { retryingFetch } from 'tenax/http';
import { breakerFindings } from '../../lib/breaker/lint.js';
import { settled } from './calls.js';

const policy = { stop: stop.afterAttempt(4), wait: wait.none() };

/** An axios whose server answers with the statuses in turn, the last one again and again. */
function axiosOf(...statuses: number[]) {
  let sent = 0;
  const adapter = async (config: InternalAxiosRequestConfig): Promise<never> => {
    const status = statuses[Math.min(sent, statuses.length - 1)] as number;
    sent += 1;
    const response = { status, statusText: '', headers: {}, data: 'x', config, request: {} };
    if (status < 400) return response as never;
    throw new AxiosError('failed', 'ERR_BAD_RESPONSE', config, {}, response as never);
  };
  return { instance: axios.create({ adapter, baseURL: 'https://api.example.com' }), sent: () => sent };
}

function fetchOf(...statuses: number[]) {
  let sent = 0;
  const fetch = async (): Promise<Response> => {
    const status = statuses[Math.min(sent, statuses.length - 1)] as number;
    sent += 1;
    return new Response('x', { status });
  };
  return { fetch: fetch as typeof globalThis.fetch, sent: () => sent };
}

describe('A client with a breaker', () => {
  test('RetryingAxios runs each attempt within it, and rejects with its refusal', async () => {
    const { instance, sent } = axiosOf(503);
    const breaker = new CircuitBreaker({ failures: 2 });
    const api = new RetryingAxios(instance, { ...policy, breaker });
    expect(await settled(api.get('/items'))).toBeInstanceOf(CircuitOpenError);
    expect(await settled(api.post('/items', {}))).toBeInstanceOf(CircuitOpenError);
    expect([sent(), breaker.state]).toEqual([2, 'open']);
  });

  test('retryingFetch rejects with its refusal after earlier answers, too', async () => {
    const { fetch, sent } = fetchOf(503);
    const breaker = new CircuitBreaker({ failures: 2 });
    const get = retryingFetch({ ...policy, breaker }, fetch);
    expect(await settled(get('https://api.example.com/items'))).toBeInstanceOf(CircuitOpenError);
    expect([sent(), breaker.state]).toEqual([2, 'open']);
  });

  test.each([404, 429])('leaves it closed for answers of %i', async (status) => {
    const breaker = new CircuitBreaker({ failures: 1 });
    await settled(new RetryingAxios(axiosOf(status).instance, { ...policy, breaker }).get('/items'));
    await retryingFetch({ ...policy, breaker }, fetchOf(status).fetch)('https://api.example.com/items');
    expect(breaker.state).toBe('closed');
  });

  test('asks the breaker of the host of a request', async () => {
    const breakers = new CircuitBreakers({ breaker: () => ({ failures: 1 }) });
    await settled(new RetryingAxios(axiosOf(503).instance, { ...policy, breaker: breakers }).get('/items'));
    expect(breakers.get('api.example.com').state).toBe('open');
    const get = retryingFetch({ ...policy, breaker: breakers }, fetchOf(503).fetch);
    await settled(get('https://other.example.com/items'));
    expect([breakers.size, breakers.get('other.example.com').state]).toEqual([2, 'open']);
  });

  test('shows lintPolicy that hosts share it', async () => {
    const breaker = new CircuitBreaker();
    const get = retryingFetch({ ...policy, breaker }, fetchOf(200).fetch);
    await get('https://one.example.com/');
    await get('https://two.example.com/');
    expect(breakerFindings(breaker, 0).map(({ code }) => code)).toEqual(['breaker-shared-by-hosts']);
  });
});
