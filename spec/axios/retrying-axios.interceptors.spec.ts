import { stop } from 'tenax';
import { RetryingAxios, ServerError } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { quick, realClients } from './real-clients.js';
import { ADAPTERS, since, statuses } from './real-server.js';

describe.each(ADAPTERS)('with the %s adapter', (_name, adapter) => {
  const { instanceFor, seen } = realClients(adapter);

  describe("the user's interceptors", () => {
    test('run once per call, in the order of a single request, and may unwrap data', async () => {
      const instance = await instanceFor(statuses(503, 503));
      const order: string[] = [];
      instance.interceptors.request.use((config) => (order.push('request 1'), config));
      RetryingAxios.attach(instance, quick);
      instance.interceptors.request.use((config) => (order.push('request 2'), config));
      instance.interceptors.response.use((response) => (order.push('response'), response.data));
      expect(await instance.get('/')).toEqual({ status: 200, ordinal: 3 });
      expect(order).toEqual(['request 2', 'request 1', 'response']);
    });

    test('see the typed error once, at the end', async () => {
      const instance = await instanceFor(statuses(503, 503, 503));
      const seen: unknown[] = [];
      instance.interceptors.response.use(undefined, (error) => {
        seen.push(error);
        return Promise.reject(error);
      });
      RetryingAxios.attach(instance, { ...quick, stop: stop.afterAttempt(3) });
      await expect(instance.get('/')).rejects.toBeInstanceOf(ServerError);
      expect(seen).toHaveLength(1);
      expect(seen[0]).toMatchObject({ attempts: 3, status: 503, isAxiosError: true });
    });

    test('that refresh a token and send the request again do not multiply the attempts', async () => {
      const instance = await instanceFor((response, ordinal, request) => {
        const authorized = request.headers.authorization === 'new';
        response.writeHead(authorized ? (ordinal < 4 ? 503 : 200) : 401).end('{}');
      });
      RetryingAxios.attach(instance, { ...quick, stop: stop.afterAttempt(4) });
      instance.interceptors.response.use(undefined, (error) => {
        if (error.response?.status !== 401) return Promise.reject(error);
        const config = { ...error.config, headers: { ...error.config.headers, Authorization: 'new' } };
        return instance.request(config);
      });
      await expect(instance.get('/')).resolves.toMatchObject({ status: 200 });
      expect(seen().map(({ headers }) => headers.authorization)).toEqual([undefined, 'new', 'new', 'new']);
    });

    // axios 1.0 cannot send the config of an error again.
    (since(2) ? it : it.skip)(
      'that send it again and again while it fails make no more than their own number of calls',
      async () => {
        const instance = await instanceFor((response) => response.writeHead(503).end());
        RetryingAxios.attach(instance, { ...quick, stop: stop.afterAttempt(2) });
        let again = 0;
        instance.interceptors.response.use(undefined, (error) =>
          again++ < 2 ? instance.request(error.config) : Promise.reject(error),
        );
        await thrown(instance.get('/'));
        expect(seen()).toHaveLength(6);
      },
    );
  });
});
