// What a user tests of a service of theirs. Jest runs it as CommonJS and as ESM, Vitest as it is.
import axios from 'axios';
import MockAdapter from 'axios-mock-adapter';
import { Retry, RetryError, TokenBucket, retry, retryIf, statisticsOf, stop, wait } from 'tenax';
import { ClientError, RateLimitError, RetryingAxios, ServerError } from 'tenax/axios';
import { HttpError } from 'tenax/http';
import { FlakyServer, VirtualClock, setTesting } from 'tenax/testing';

class NotReady extends Error {}

class Items {
  calls = 0;
  constructor(
    readonly clock: VirtualClock,
    readonly failures: number,
  ) {}

  @Retry((self: Items) => ({
    clock: self.clock,
    stop: stop.afterAttempt(3),
    wait: wait.fixed(60_000),
    retryIf: retryIf.exceptionType(NotReady),
  }))
  async item(id: number): Promise<string> {
    this.calls += 1;
    if (this.calls <= this.failures) throw new NotReady(`call ${this.calls}`);
    return `item ${id}`;
  }
}

describe('a decorated method on a virtual clock', () => {
  it('fails twice and then answers, a minute after each failure', async () => {
    const service = new Items(new VirtualClock(), 2);
    const item = service.item(7);
    await service.clock.advance(59_999);
    expect(service.calls).toBe(1);
    await service.clock.advance(1);
    expect(service.calls).toBe(2);
    await service.clock.advance(60_000);
    expect(await item).toBe('item 7');
    expect(statisticsOf(service, 'item')?.idleFor).toBe(120_000);
  });

  it('gives up after three attempts with a RetryError that carries the last', async () => {
    const service = new Items(new VirtualClock(), 3);
    const ended = service.item(7).catch((thrown: unknown) => thrown);
    await service.clock.advance(120_000);
    const error = (await ended) as RetryError;
    expect(error).toBeInstanceOf(RetryError);
    expect(error.cause).toBeInstanceOf(NotReady);
    expect(error.attempts).toBe(3);
  });
});

describe('a RetryingAxios on axios-mock-adapter', () => {
  const faked = () => {
    const instance = axios.create({ baseURL: 'https://api.example.com' });
    const clock = new VirtualClock();
    const mock = new MockAdapter(instance as never);
    return { mock, clock, api: new RetryingAxios(instance as never, { clock, stop: stop.afterAttempt(3) }) };
  };

  it('waits as long as the server says', async () => {
    const { mock, clock, api } = faked();
    mock.onGet('/items').replyOnce(429, '', { 'retry-after': '120' });
    mock.onGet('/items').replyOnce(503, '', { 'retry-after': '1' });
    mock.onGet('/items').reply(200, [1, 2]);
    const answer = api.get<number[]>('/items');
    await clock.advance(119_999);
    expect(mock.history['get']).toHaveLength(1);
    await clock.advance(1_001);
    expect((await answer).data).toEqual([1, 2]);
    expect(mock.history['get']).toHaveLength(3);
  });

  it('throws what can be told apart by its class', async () => {
    const { mock, clock, api } = faked();
    mock.onGet('/gone').reply(404, { reason: 'gone' });
    mock.onGet('/busy').reply(429, '', { 'retry-after': '5' });
    const gone = await api.get('/gone').catch((thrown: unknown) => thrown);
    expect(gone).toBeInstanceOf(ClientError);
    expect(gone).toBeInstanceOf(HttpError);
    expect(gone).not.toBeInstanceOf(ServerError);
    expect(axios.isAxiosError(gone)).toBe(true);
    expect(mock.history['get']).toHaveLength(1);
    const busy = api.get('/busy').catch((thrown: unknown) => thrown);
    await clock.advance(10_000);
    expect(await busy).toBeInstanceOf(RateLimitError);
    expect(((await busy) as RateLimitError).retryAfter).toBe(5000);
  });
});

describe('the rest of the kit', () => {
  it('asks a server on this machine', async () => {
    const server = await FlakyServer.start({ script: [503, 'drop'] });
    const { status } = await new RetryingAxios({ baseURL: server.url, adapter: 'http' }, { wait: wait.none() }).get(
      '/x',
    );
    expect([status, server.requests.length]).toEqual([200, 3]);
    await server.close();
  });

  it('keeps to the rate', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 2, capacity: 1, clock });
    const waited = Promise.all([bucket.acquire(), bucket.acquire(), bucket.acquire()]);
    await clock.advance(1000);
    expect(await waited).toEqual([0, 500, 1000]);
  });

  it('does not sleep where the whole process tests', async () => {
    const restore = setTesting({ attempts: 2 });
    let calls = 0;
    const failing = retry(
      () => {
        calls += 1;
        throw new Error('always');
      },
      { wait: wait.fixed(3_600_000), stop: stop.never, reraise: true },
    );
    await expect(failing()).rejects.toThrow('always');
    restore();
    expect(calls).toBe(2);
  });
});
