import { Agent } from 'node:http';
import { RetryError, stop } from 'tenax';
import { ClientError, ServerError, retryIfHttp } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { realClients } from './real-clients.js';
import { ADAPTERS, statuses, type Answer } from './real-server.js';

describe.each(ADAPTERS)('with the %s adapter', (_name, adapter) => {
  const { apiFor, seen } = realClients(adapter);

  describe('the answer', () => {
    test('that is retried although accepted resolves in the end as validateStatus decides', async () => {
      const api = await apiFor(statuses(503, 503, 503), { stop: stop.afterAttempt(2) }, { validateStatus: () => true });
      await expect(api.get('/')).resolves.toMatchObject({ status: 503, data: { ordinal: 2 } });
      await expect(api.get('/')).resolves.toMatchObject({ status: 200, data: { ordinal: 4 } });
    });

    describe('that a condition refuses to the end, though it was accepted,', () => {
      const again = { stop: stop.afterAttempt(2), retryIf: retryIfHttp.status(202, 404) };
      const taken = (): Answer => statuses(202, 202, 202, 202);

      test('is handed on as validateStatus says', async () => {
        const api = await apiFor(taken(), again);
        await expect(api.get('/')).resolves.toMatchObject({ status: 202, data: { ordinal: 2 } });
        await expect(api.get('/', { validateStatus: (status) => status !== 202 })).rejects.toMatchObject({
          isAxiosError: true,
          response: { status: 202, data: { ordinal: 4 } },
        });
      });

      test('comes in a RetryError if one was asked for', async () => {
        const api = await apiFor(taken(), { ...again, reraise: false });
        const error = await thrown<RetryError>(api.get('/'));
        expect(error).toBeInstanceOf(RetryError);
        expect(error.lastAttempt).toMatchObject({ value: { status: 202 } });
        class Exhausted extends RetryError {}
        await expect(api.get('/', { retry: { reraise: true, retryErrorClass: Exhausted } })).rejects.toBeInstanceOf(
          Exhausted,
        );
      });
    });

    test('that validateStatus refuses rejects, a 200 too', async () => {
      const api = await apiFor(statuses());
      await expect(api.get('/', { validateStatus: (status) => status === 201 })).rejects.toMatchObject({
        isAxiosError: true,
        response: { status: 200 },
      });
      expect(seen()).toHaveLength(1);
    });

    test('is seen transformed by a condition, and its transforms do not run twice on the result', async () => {
      let runs = 0;
      const api = await apiFor(
        (response, ordinal) => response.end(JSON.stringify({ state: ordinal < 3 ? 'pending' : 'done' })),
        { retryIf: retryIfHttp.response((response) => response.data.wrapped.state === 'pending') },
      );
      const { data } = await api.get('/', {
        transformResponse: (text: string) => (runs++, { wrapped: JSON.parse(text) }),
      });
      expect(data).toEqual({ wrapped: { state: 'done' } });
      expect(runs).toBe(3);
    });

    test('has the config that the caller gave, the same for errors', async () => {
      const api = await apiFor(statuses(503, 200, 404));
      const { config } = await api.get('/a', { headers: { 'x-own': '1' } });
      expect(config).toMatchObject({ url: '/a', method: 'get' });
      expect(() => JSON.stringify(config)).not.toThrow();
      expect(config.validateStatus?.(500)).toBe(false);
      const error = await thrown<ClientError>(api.get('/b'));
      expect(error.config).toMatchObject({ url: '/b' });
      expect(() => JSON.stringify(error)).not.toThrow();
    });

    test('of a stream is cancelled when it failed, so that one socket is enough', async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const big = 'x'.repeat(300_000);
      const api = await apiFor(
        (response, ordinal) => response.writeHead(ordinal < 3 ? 503 : 200).end(ordinal < 3 ? big : 'good'),
        {},
        { httpAgent: agent, responseType: 'stream' },
      );
      const { data } = await api.get('/');
      const chunks: Buffer[] = [];
      for await (const chunk of data as AsyncIterable<Buffer>) chunks.push(Buffer.from(chunk));
      expect(Buffer.concat(chunks).toString()).toBe('good');
      agent.destroy();
    });

    test('of the last failure stays readable as a stream', async () => {
      const api = await apiFor(
        (response) => response.writeHead(503).end('the reason'),
        { stop: stop.afterAttempt(2) },
        { responseType: 'stream' },
      );
      const error = await thrown<ServerError>(api.get('/'));
      const chunks: Buffer[] = [];
      for await (const chunk of error.response.data as AsyncIterable<Buffer>) chunks.push(Buffer.from(chunk));
      expect(Buffer.concat(chunks).toString()).toBe('the reason');
    });
  });
});
