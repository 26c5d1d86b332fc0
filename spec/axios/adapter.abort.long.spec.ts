import axios from 'axios';
import { TokenBucket, wait } from 'tenax';
import { RetryingAxios, type AxiosRetryOptions } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { quick, realClients } from './real-clients.js';
import { ADAPTERS, since, statuses, type Answer } from './real-server.js';

describe.each(ADAPTERS)('with the %s adapter', (_name, adapter) => {
  const { apiFor, instanceFor, seen } = realClients(adapter);

  describe('an abort', () => {
    const moments: [string, Answer, AxiosRetryOptions][] = [
      ['during an attempt', () => undefined, {}],
      ['during a backoff', statuses(503, 503, 503), { wait: wait.fixed(60_000) }],
      ['during a wait for the limiter', statuses(), { limiter: new TokenBucket({ rate: 0.001, initial: 0 }) }],
    ];
    test.each(moments)(
      '%s ends the call at once with a CanceledError, its reason as the cause',
      async (_when, answer, options) => {
        const api = await apiFor(answer, options);
        const controller = new AbortController();
        const reason = new Error('enough');
        const pending = thrown(api.get('/', { signal: controller.signal }));
        await new Promise((resolve) => setTimeout(resolve, 40));
        controller.abort(reason);
        const error = await pending;
        expect(axios.isCancel(error)).toBe(true);
        expect((error as Error).cause).toBe(reason);
        expect(seen().length).toBeLessThanOrEqual(1);
      },
    );

    test('beforehand: nothing is sent', async () => {
      const api = await apiFor(statuses());
      const reason = new Error('early');
      const error = await thrown(api.get('/', { signal: AbortSignal.abort(reason) }));
      expect(axios.isCancel(error)).toBe(true);
      expect(error.cause).toBe(reason);
      expect(seen()).toHaveLength(0);
    });

    test.each(['before ours', 'after ours'])('in a request interceptor that runs %s: nothing is sent', async (when) => {
      const instance = await instanceFor(statuses());
      const controller = new AbortController();
      const reason = new Error('stopped');
      const abort = (): number =>
        instance.interceptors.request.use((config) => {
          controller.abort(reason);
          return config;
        });
      // axios runs the interceptor that came last first.
      if (when === 'after ours') abort();
      RetryingAxios.attach(instance, quick);
      if (when === 'before ours') abort();
      for (const client of [instance, new RetryingAxios(instance, quick)]) {
        const error = await thrown(client.get('/', { signal: controller.signal }));
        expect(axios.isCancel(error)).toBe(true);
        // axios 1.0 does not say whose the error is.
        if (since(2)) expect(error.cause).toBe(reason);
      }
      expect(seen()).toHaveLength(0);
    });

    test('by a CancelToken ends a backoff and an attempt', async () => {
      for (const answer of [statuses(503), () => undefined] as Answer[]) {
        const api = await apiFor(answer, { wait: wait.fixed(60_000) });
        const source = axios.CancelToken.source();
        const pending = thrown(api.get('/', { cancelToken: source.token }));
        await new Promise((resolve) => setTimeout(resolve, 40));
        source.cancel('by token');
        expect(axios.isCancel(await pending)).toBe(true);
        expect(seen()).toHaveLength(1);
      }
    });
  });
});
