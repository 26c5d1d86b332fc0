import { TokenBucket, wait } from 'tenax';
import { RateLimitError } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { realClients } from './real-clients.js';
import { ADAPTERS, since } from './real-server.js';

describe.each(ADAPTERS)('with the %s adapter', (_name, adapter) => {
  const { apiFor } = realClients(adapter);

  // Within jest axios 1.0 takes the headers of an answer for no plain object, and has none.
  (since(2) ? describe : describe.skip)('Retry-After', () => {
    test('is obeyed, and never shortened', async () => {
      const at: number[] = [];
      const api = await apiFor(
        (response, ordinal) => {
          at.push(performance.now());
          response.writeHead(ordinal === 1 ? 429 : 200, { 'retry-after': '0.15' }).end('{}');
        },
        { wait: undefined },
      );
      await api.get('/');
      expect((at[1] as number) - (at[0] as number)).toBeGreaterThanOrEqual(149);
    });

    test('of 0 means now', async () => {
      const api = await apiFor(
        (response, ordinal) => response.writeHead(ordinal === 1 ? 503 : 200, { 'retry-after': '0' }).end('{}'),
        { wait: wait.retryAfter({ fallback: wait.fixed(3_600_000) }) },
      );
      await expect(api.get('/')).resolves.toMatchObject({ status: 200 });
    });

    test('above the cap gives up at once, and holds the limiter back for the cap at most', async () => {
      const limiter = new TokenBucket({ rate: 1000 });
      const api = await apiFor((response) => response.writeHead(429, { 'retry-after': '3600' }).end(), {
        wait: wait.retryAfter({ max: 200 }),
        limiter,
      });
      const error = await thrown<RateLimitError>(api.get('/'));
      expect(error).toMatchObject({ retryAfter: 3_600_000, attempts: 1, status: 429 });
      await expect(limiter.acquire(1, { maxWait: 250 })).resolves.toBeLessThan(1000);
    });
  });
});
