import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RetryingAxios } from 'tenax/axios';
import { retryingFetch } from 'tenax/http';

test.each(['retryingFetch', 'RetryingAxios'])(
  '%s: a token expires under 200 requests in progress: one refresh, all succeed, none is sent three times',
  async (client) => {
    let valid = 'first';
    const sent = new Map<string, number>();
    const server = createServer((request, response) => {
      const path = request.url ?? '';
      sent.set(path, (sent.get(path) ?? 0) + 1);
      request.resume();
      setTimeout(
        () => response.writeHead(request.headers.authorization === valid ? 200 : 401).end('{}'),
        20 * Math.random(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    let token = 'first';
    let refreshes = 0;
    const options = {
      refresh: async () => {
        refreshes += 1;
        await new Promise((resolve) => setTimeout(resolve, 30));
        token = valid;
      },
      beforeAttempt: <Request extends { headers: { set(name: string, value: string): unknown } }>(request: Request) => {
        request.headers.set('authorization', token);
        return request;
      },
    };
    const [fetch, api] = [retryingFetch(options), new RetryingAxios({}, options)];
    const post = (i: number): Promise<{ status: number }> =>
      client === 'retryingFetch' ? fetch(`${url}/${i}`, { method: 'POST', body: 'x' }) : api.post(`${url}/${i}`, 'x');
    const pending = Array.from({ length: 200 }, async (_, i) => post(i));
    await new Promise((resolve) => setTimeout(resolve, 5));
    valid = 'second';
    const statuses = await Promise.all(pending.map(async (one) => (await one).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(refreshes).toBe(1);
    expect(Math.max(...sent.values())).toBeLessThanOrEqual(2);
    server.closeAllConnections();
    server.close();
  },
);
