import axios from 'axios';
import { stop } from 'tenax';
import { ClientError, NetworkError, ServerError } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { realClients } from './real-clients.js';
import { ADAPTERS, since, statuses } from './real-server.js';

describe.each(ADAPTERS)('with the %s adapter', (name, adapter) => {
  const { apiFor, close, seen, url } = realClients(adapter);

  describe('which requests are retried', () => {
    test.each(['get', 'head', 'options', 'delete', 'put'] as const)('%s after 503', async (method) => {
      const api = await apiFor(statuses(503));
      await api.request({ method, url: '/' });
      expect(seen()).toHaveLength(2);
    });

    test.each(['post', 'patch'] as const)('%s not after 503, and not after a dropped connection', async (method) => {
      const api = await apiFor((response, ordinal) =>
        ordinal === 1 ? response.writeHead(503).end() : response.destroy(),
      );
      await expect(api.request({ method, url: '/' })).rejects.toBeInstanceOf(ServerError);
      await expect(api.request({ method, url: '/' })).rejects.toBeInstanceOf(NetworkError);
      expect(seen()).toHaveLength(2);
    });

    test.each(['post', 'patch', 'get'] as const)('%s after 429', async (method) => {
      const api = await apiFor(statuses(429));
      await api.request({ method, url: '/' });
      expect(seen()).toHaveLength(2);
    });

    test('a POST with an Idempotency-Key of the caller, or one of ours, the same each time', async () => {
      const api = await apiFor(statuses(503, 200, 503, 200, 503, 200), { idempotencyKey: true });
      await api.post('/', {}, { headers: { 'Idempotency-Key': 'mine' } });
      await api.post('/', {});
      await api.post('/', {}, { retry: { idempotencyKey: () => 'made' } });
      const keys = seen().map(({ headers }) => headers['idempotency-key']);
      expect([keys[0], keys[1], keys[4], keys[5]]).toEqual(['mine', 'mine', 'made', 'made']);
      expect(keys[2]).toMatch(/^[0-9a-f-]{36}$/);
      expect(keys[3]).toBe(keys[2]);
    });

    test('idempotencyKey: true is for POST and PATCH alone', async () => {
      const api = await apiFor(statuses(), { idempotencyKey: true });
      await api.get('/');
      await api.patch('/', {});
      expect(seen().map(({ headers }) => headers['idempotency-key'] !== undefined)).toEqual([false, true]);
    });

    test('what methods names', async () => {
      const api = await apiFor(statuses(503, 200, 503), { methods: ['post'] });
      await api.post('/', {});
      await expect(api.get('/')).rejects.toBeInstanceOf(ServerError);
    });

    test('a request that never left, a POST too', async () => {
      const api = await apiFor(statuses());
      await close();
      const error = await thrown<NetworkError>(api.post('/', {}, { retry: { stop: stop.afterAttempt(3) } }));
      expect(error).toBeInstanceOf(NetworkError);
      expect(error.attempts).toBe(3);
      expect(axios.isAxiosError(error)).toBe(true);
    });

    test.each([400, 401, 403, 404, 405, 409, 410, 422])(
      'never %i, and the error says which and why',
      async (status) => {
        const api = await apiFor(statuses(status));
        const error = await thrown<ClientError>(api.get('/secret-free?key=s3cret'));
        expect(seen()).toHaveLength(1);
        expect(error).toBeInstanceOf(ClientError);
        expect(error).toMatchObject({
          name: 'ClientError',
          status,
          attempts: 1,
          url: `${url()}/secret-free`,
          code: 'ERR_BAD_REQUEST',
        });
        expect(error.message).toContain(String(status));
        expect(error.message).not.toContain('s3cret');
        expect(error.response.data).toEqual({ status, ordinal: 1 });
      },
    );

    test('never a redirect, which is no error', async () => {
      const api = await apiFor((response, ordinal) =>
        ordinal === 1 ? response.writeHead(302, { location: '/there' }).end() : response.end('{"there":true}'),
      );
      await expect(api.get('/here')).resolves.toMatchObject({ data: { there: true } });
      expect(seen().map(({ url }) => url)).toEqual(['/here', '/there']);
    });

    test('never redirects without end', async () => {
      let attempts = 0;
      const api = await apiFor((response) => response.writeHead(302, { location: '/round' }).end(), {
        before: () => void (attempts += 1),
      });
      await thrown(api.get('/round', { maxRedirects: 3 }));
      expect(attempts).toBe(1);
    });

    test('never an answer or a request that is too large', async () => {
      const api = await apiFor((response) => response.end('x'.repeat(5000)));
      if (name === 'fetch' && !since(12)) return;
      await expect(api.get('/', { maxContentLength: 100 })).rejects.toMatchObject({ isAxiosError: true });
      expect(seen()).toHaveLength(1);
      await expect(api.put('/', 'y'.repeat(5000), { maxBodyLength: 100 })).rejects.toMatchObject({
        isAxiosError: true,
      });
      expect(seen().length).toBeLessThanOrEqual(2);
    });

    test('never an unsupported protocol', async () => {
      let attempts = 0;
      const api = await apiFor(statuses(), { before: () => void (attempts += 1) });
      await thrown(api.get('ftp://127.0.0.1/'));
      expect(attempts).toBe(1);
    });
  });
});
