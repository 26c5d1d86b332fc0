import { AttemptTimeoutError, stop } from 'tenax';
import { HttpError, NetworkError } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { realClients } from './real-clients.js';
import { ADAPTERS, statuses, type Answer } from './real-server.js';

describe.each(ADAPTERS)('with the %s adapter', (_name, adapter) => {
  const { apiFor, seen, url } = realClients(adapter);

  describe('the network', () => {
    test.each<[string, Answer]>([
      ['a dropped connection', (response) => response.destroy()],
      [
        'a truncated body',
        (response) => {
          response.writeHead(200, { 'content-length': '1000' });
          response.write('{"cut":');
          setImmediate(() => response.destroy());
        },
      ],
    ])('%s is a NetworkError, and retried', async (_what, fault) => {
      const api = await apiFor((response, ordinal, request) =>
        (ordinal <= 2 ? fault : statuses())(response, ordinal, request),
      );
      await expect(api.get('/')).resolves.toMatchObject({ status: 200 });
      expect(seen()).toHaveLength(3);
      const broken = await apiFor(fault, { stop: stop.afterAttempt(2) });
      const error = await thrown<NetworkError>(broken.get('/x?key=s3cret'));
      expect(error).toBeInstanceOf(NetworkError);
      expect(error).not.toBeInstanceOf(HttpError);
      expect(error).toMatchObject({ attempts: 2, method: 'GET', url: `${url()}/x`, isAxiosError: true });
      expect((error as { status?: number }).status).toBeUndefined();
      expect(typeof error.code).toBe('string');
    });

    test('a timeout is for each attempt', async () => {
      const api = await apiFor((response, ordinal) => {
        if (ordinal > 2) response.end('{}');
      });
      await expect(api.get('/', { timeout: 500 })).resolves.toMatchObject({ status: 200 });
      expect(seen()).toHaveLength(3);
    });

    test('attemptTimeout and deadline are separate, and end as network errors', async () => {
      const api = await apiFor(() => undefined, { attemptTimeout: 200, deadline: 900 });
      const error = await thrown<NetworkError>(api.get('/'));
      expect(seen().length).toBeGreaterThanOrEqual(2);
      expect(error).toBeInstanceOf(NetworkError);
      expect(error.cause).toBeInstanceOf(AttemptTimeoutError);
      expect(error.code).toBe('ETIMEDOUT');
    });

    test('a stalled body is cut off by attemptTimeout and tried again', async () => {
      const api = await apiFor(
        (response, ordinal) => {
          response.writeHead(200, { 'content-type': 'application/json' });
          response.write('{"a"');
          if (ordinal > 1) response.end(':1}');
        },
        { attemptTimeout: 500 },
      );
      await expect(api.get('/')).resolves.toMatchObject({ data: { a: 1 } });
      expect(seen()).toHaveLength(2);
    });
  });
});
