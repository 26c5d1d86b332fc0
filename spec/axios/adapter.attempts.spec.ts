import { retry, retryIf, stop } from 'tenax';
import { HttpError, RetryingAxios } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { realClients } from './real-clients.js';
import { ADAPTERS, statuses } from './real-server.js';

describe.each(ADAPTERS)('with the %s adapter', (_name, adapter) => {
  const { apiFor, seen, url } = realClients(adapter);

  test('beforeAttempt gives each attempt fresh credentials', async () => {
    const api = await apiFor(statuses(503, 503), {
      beforeAttempt: async (config, attempt) => {
        config.headers.set('Authorization', `token ${attempt}`);
        return config;
      },
    });
    const { config } = await api.get('/');
    expect(seen().map(({ headers }) => headers.authorization)).toEqual(['token 1', 'token 2', 'token 3']);
    expect(JSON.stringify(config.headers)).not.toContain('token');
  });

  test.each([
    ['an answer of its own', 'ClientError', async () => new RetryingAxios().get(`${url()}/token`)],
    [
      'a call of its own that was given up',
      'RetryError',
      retry(async () => 'not yet', { stop: stop.afterAttempt(1), retryIf: retryIf.result(() => true) }),
    ],
  ])('what beforeAttempt fails with is no answer: %s', async (_what, name, tokenOf) => {
    const api = await apiFor(
      statuses(401),
      {
        beforeAttempt: async (config) => {
          await tokenOf();
          return config;
        },
      },
      { validateStatus: () => true },
    );
    await expect(api.get('/x')).rejects.toMatchObject({ name });
    expect(seen().map(({ url: asked }) => asked)).not.toContain('/x');
  });

  test('a retry of one request is its own: options, or false', async () => {
    const api = await apiFor(statuses(503, 503, 503, 503));
    await expect(api.get('/', { retry: { stop: stop.afterAttempt(2) } })).rejects.toMatchObject({ attempts: 2 });
    const plain = await thrown(api.get('/', { retry: false }));
    expect(plain).not.toBeInstanceOf(HttpError);
    expect(seen()).toHaveLength(3);
  });
});
