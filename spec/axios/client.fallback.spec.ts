import { CircuitBreaker, CircuitOpenError, stop, wait } from 'tenax';
import { RetryingAxios, ServerError } from 'tenax/axios';
import { NetworkError, retryingFetch } from 'tenax/http';
import { thrown } from '../thrown.js';
import { failing, scripted } from './scripted-adapter.js';

const quick = { wait: wait.none(), stop: stop.afterAttempt(2) };
const reset = (): Error => Object.assign(new Error('reset'), { code: 'ECONNRESET' });
const cached = { status: 200, statusText: '', headers: {}, config: {} as never, data: '{"from":"cache"}' };

describe('fallback of RetryingAxios', () => {
  test('receives the typed error, and its response passes the interceptors but no transform', async () => {
    const { adapter } = scripted(
      () => ({ status: 503, data: '{"why":1}' }),
      () => ({ status: 503, data: '{"why":2}' }),
    );
    const errors: ServerError[] = [];
    const api = new RetryingAxios(
      { adapter },
      {
        ...quick,
        fallback: (error) => {
          errors.push(error as ServerError);
          return cached;
        },
      },
    );
    api.interceptors.response.use((response) => ({ ...response, seen: true }) as never);
    expect(await api.get('/')).toMatchObject({ data: '{"from":"cache"}', seen: true });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(ServerError);
    expect(errors[0]?.response.data).toEqual({ why: 2 });
  });

  test('receives a NetworkError without an answer, and the error of a status that validateStatus refuses', async () => {
    const { adapter } = scripted(failing(reset()), failing(reset()), 204);
    const errors: Error[] = [];
    const fallback = (error: unknown): typeof cached => (errors.push(error as Error), { ...cached });
    const api = new RetryingAxios({ adapter, validateStatus: (status) => status === 200 }, { ...quick, fallback });
    // Its response passes no transform here either.
    expect(await api.get('/')).toMatchObject({ data: cached.data });
    expect(await api.get('/')).toMatchObject({ data: cached.data });
    expect(errors.map(({ name }) => name)).toEqual(['NetworkError', 'AxiosError']);
  });

  test('is not called for an answer that validateStatus accepts, nor for an abort', async () => {
    const fallback = jest.fn(() => cached);
    const { adapter } = scripted(503, 503);
    const api = new RetryingAxios({ adapter, validateStatus: () => true }, { ...quick, fallback });
    expect((await api.get('/')).status).toBe(503);
    await thrown(api.get('/', { signal: AbortSignal.abort() }));
    expect(fallback).not.toHaveBeenCalled();
  });

  test('may throw, which is passed on unchanged', async () => {
    const { adapter } = scripted(503, 503);
    const own = new Error('nothing cached');
    const api = new RetryingAxios({ adapter }, { ...quick, fallback: () => Promise.reject(own) });
    expect(await thrown(api.get('/'))).toBe(own);
  });
});

describe('fallback of retryingFetch', () => {
  test('receives the typed error of a last answer from 400 on; what it throws is passed on, that error too', async () => {
    const busy = async (): Promise<Response> => new Response('', { status: 503 });
    const fetch = retryingFetch(
      { ...quick, fallback: (error) => new Response(String((error as ServerError).status)) },
      busy,
    );
    expect(await (await fetch('http://api.test/')).text()).toBe('503');
    const rethrowing = retryingFetch({ ...quick, fallback: (error) => Promise.reject(error as Error) }, busy);
    expect(await thrown(rethrowing('http://api.test/'))).toBeInstanceOf(ServerError);
  });

  test('receives a NetworkError without an answer', async () => {
    const fallback = jest.fn((_error: unknown) => new Response('cached'));
    const fetch = retryingFetch({ ...quick, fallback }, () => Promise.reject(reset()));
    expect(await (await fetch('http://api.test/')).text()).toBe('cached');
    expect(fallback.mock.calls[0]?.[0]).toBeInstanceOf(NetworkError);
  });
});

test.each(['retryingFetch', 'RetryingAxios'])(
  '%s rejects with the CircuitOpenError of a breaker that opened',
  async (client) => {
    const breaker = new CircuitBreaker({ failures: 1 });
    const { adapter } = scripted(503);
    const options = { ...quick, breaker };
    const call =
      client === 'retryingFetch'
        ? retryingFetch(options, async () => new Response('', { status: 503 }))('http://api.test/')
        : new RetryingAxios({ adapter }, options).get('/');
    expect(await thrown(call)).toBeInstanceOf(CircuitOpenError);
  },
);
