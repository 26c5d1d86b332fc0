import { ClientError, NetworkError, RateLimitError, ServerError, fetchWithBackoff } from 'tenax/http';
import { FlakyServer, type ServerStep } from 'tenax/testing';
import { thrown } from '../../thrown.js';

let server: FlakyServer;
async function start(...script: ServerStep[]): Promise<void> {
  server = await FlakyServer.start({ script });
}
afterEach(async () => {
  jest.restoreAllMocks();
  await server.close();
});

describe('fetchWithBackoff', () => {
  test('retries 429, 5xx and broken connections', async () => {
    await start(429, 503, 'drop');
    expect((await fetchWithBackoff(new URL(server.url), { baseDelay: 1 })).status).toBe(200);
    expect(server.requests).toHaveLength(4);
  });

  test('throws the typed error of the last answer, NetworkError without one', async () => {
    await start(503, 503, 503, 'drop', 'drop');
    const error = await thrown(fetchWithBackoff(server.url, { baseDelay: 1, maxRetries: 2, headers: { a: 'b' } }));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ status: 503, attempts: 3 });
    expect(server.requests.map(({ headers }) => headers.a)).toEqual(['b', 'b', 'b']);
    const dropped = await thrown(fetchWithBackoff(server.url, { baseDelay: 1, maxRetries: 1 }));
    expect(dropped).toBeInstanceOf(NetworkError);
    expect(dropped).toMatchObject({ attempts: 2 });
  });

  test('never retries another 4xx', async () => {
    await start(401, 200);
    expect(await thrown(fetchWithBackoff(server.url))).toBeInstanceOf(ClientError);
    expect(server.requests).toHaveLength(1);
  });

  test('asks once with maxRetries 0, seven times by default', async () => {
    await start(...Array<ServerStep>(9).fill(429));
    expect(await thrown(fetchWithBackoff(server.url, { maxRetries: 0 }))).toBeInstanceOf(RateLimitError);
    expect(server.requests).toHaveLength(1);
    expect(await thrown(fetchWithBackoff(server.url, { baseDelay: 0 }))).toMatchObject({ attempts: 7 });
    expect(server.requests).toHaveLength(8);
  });

  test('waits as calculateWait does: baseDelay, doubled each time, or as long as the server asks', async () => {
    await start(503, 503, { status: 429, headers: { 'retry-after-ms': '7' } }, 503);
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const timers = jest.spyOn(globalThis, 'setTimeout');
    await fetchWithBackoff(server.url, { baseDelay: 11 });
    const waits = timers.mock.calls.map(([, ms]) => ms);
    expect(waits.filter((ms) => [11, 22, 7, 88].includes(ms as number))).toEqual([11, 22, 7, 88]);
  });

  test('waits a second first, by default', async () => {
    await start(503);
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const controller = new AbortController();
    const pending = thrown(fetchWithBackoff(server.url, { signal: controller.signal }));
    while (!timers.mock.calls.some(([, ms]) => ms === 1000)) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error('enough'));
    expect((await pending).message).toBe('enough');
    expect(server.requests).toHaveLength(1);
  });

  test('keeps the rules about methods', async () => {
    await start(503, 429);
    await expect(fetchWithBackoff(server.url, { method: 'POST', baseDelay: 1 })).rejects.toBeInstanceOf(ServerError);
    expect((await fetchWithBackoff(server.url, { method: 'POST', baseDelay: 1 })).status).toBe(200);
  });

  test.each([
    [{ maxRetries: -1 }, 'fetchWithBackoff: maxRetries takes a whole number ≥ 0, got -1'],
    [{ maxRetries: 1.5 }, 'fetchWithBackoff: maxRetries takes a whole number ≥ 0, got 1.5'],
    [{ baseDelay: NaN }, 'fetchWithBackoff: baseDelay takes a duration in milliseconds (a finite number ≥ 0), got NaN'],
    [null as never, 'fetchWithBackoff takes options, got null'],
    [5 as never, 'fetchWithBackoff takes options, got 5'],
    [{ baseDelay: -1 }, 'fetchWithBackoff: baseDelay takes a duration in milliseconds (a finite number ≥ 0), got -1'],
  ])('refuses %j and sends nothing', async (options, message) => {
    await start();
    expect((await thrown(fetchWithBackoff(server.url, options))).message).toBe(message);
    expect(server.requests).toHaveLength(0);
  });
});
