import axios from 'axios';
import { retryIf, stop, wait, type RateFeedback, type RateLimiter } from 'tenax';
import { RetryingAxios, type AxiosRetryOptions } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { scripted, type Step } from './scripted-adapter.js';

/** A limiter that does this at each request in turn, then grants; it keeps what it was told. */
function limiterOf(...refusals: (Error | undefined)[]): RateLimiter & { told: RateFeedback[]; asked: number } {
  const limiter = {
    told: [] as RateFeedback[],
    asked: 0,
    acquire: async (): Promise<number> => {
      const refusal = refusals[limiter.asked];
      limiter.asked += 1;
      if (refusal !== undefined) throw refusal;
      return 0;
    },
    tryAcquire: () => true,
    report: (feedback: RateFeedback) => void limiter.told.push(feedback),
  };
  return limiter;
}

/** A client under a limiter, and what it sent. */
function clientFor(limiter: RateLimiter, options: AxiosRetryOptions, ...steps: Step[]): [RetryingAxios, unknown[]] {
  const { adapter, seen } = scripted(...steps);
  const common = { wait: wait.none(), stop: stop.afterAttempt(3), limiter };
  return [new RetryingAxios(axios.create({ adapter }), { ...common, ...options }), seen];
}

describe('the limiter of a client', () => {
  test('is acquired before every attempt, and receives every answer', async () => {
    const limiter = limiterOf();
    const [api] = clientFor(limiter, {}, 503, () => ({ status: 429, headers: { 'retry-after': '2' } }));
    await api.get('/');
    expect(limiter.asked).toBe(3);
    expect(limiter.told).toMatchObject([{ status: 503 }, { status: 429, retryAfter: 2000 }, { status: 200 }]);
  });

  test('fails the call with its own error when it refuses, and nothing is sent', async () => {
    const refusal = new Error('spent');
    const [api, seen] = clientFor(limiterOf(refusal), {});
    expect(await thrown(api.get('/'))).toBe(refusal);
    expect(seen).toHaveLength(0);
  });

  test('may grant an attempt after it has refused one', async () => {
    const limiter = limiterOf(new Error('spent'));
    const [api, seen] = clientFor(limiter, { retryIf: retryIf.exceptionMessage({ message: 'spent' }) });
    await expect(api.get('/')).resolves.toMatchObject({ status: 200 });
    expect([limiter.asked, seen.length]).toEqual([2, 1]);
  });
});

test('settle of a limit reads the transformed data of the answer', async () => {
  const settled: unknown[] = [];
  const limiter: RateLimiter = {
    ...limiterOf(),
    settle: (acquired, used) => void settled.push([acquired, used]),
  };
  const { adapter } = scripted(() => ({ status: 200, data: '{"used":7}' }));
  const settle = ({ data }: { data: { used: number } }): number => data.used;
  const limit = { limiter, cost: () => 10, settle };
  const api = new RetryingAxios(axios.create({ adapter }), { limiter: [limiterOf(), limit] as never });
  await api.get('/');
  expect(settled).toEqual([[10, 7]]);
});

test('the options in the defaults of an instance are read once for all of its requests', async () => {
  const { adapter } = scripted(200, 200);
  const limiter = limiterOf();
  const read = jest.fn(() => limiter);
  const instance = axios.create({ adapter });
  // axios reads them too, to merge them: as often for each request.
  const retry = Object.defineProperty({}, 'limiter', { get: read, enumerable: true });
  Object.assign(instance.defaults, { retry });
  RetryingAxios.attach(instance);
  await instance.get('/');
  const first = read.mock.calls.length;
  await instance.get('/');
  expect(read.mock.calls.length - first).toBeLessThan(first);
  expect(limiter.asked).toBe(2);
});
