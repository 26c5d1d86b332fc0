import { retry, RetryError, stop, TokenBucket, wait } from 'tenax';
import { createHttpClient, NetworkError, ServerError, type Transport } from 'tenax/http';
import { VirtualClock } from 'tenax/testing';
import { HttpClient } from '../../../lib/http/client/http-client.js';
import { thrown } from '../../thrown.js';

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
}

/** A client of its own make: its requests are methods, and it answers as it is told, then with 200. */
function scripted(...steps: (number | Error)[]): {
  transport: Transport<string, { signal?: AbortSignal }, Reply>;
  sent: object[];
} {
  const sent: object[] = [];
  return {
    sent,
    transport: {
      describe: (method) => ({ method, url: 'http://me:s3cret@api.test/items?key=s3cret', headers: {} }),
      prepare: (_method, signal) => (signal === undefined ? {} : { signal }),
      send: async (request) => {
        const step = steps[sent.push(request) - 1] ?? 200;
        if (step instanceof Error) throw step;
        return { status: step, headers: {} };
      },
    },
  };
}

const quick = { wait: wait.none() };
const reset = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

describe('createHttpClient', () => {
  test('retries as the other clients do, under the method rules', async () => {
    const { transport, sent } = scripted(503, reset(), 200, 503);
    const send = createHttpClient(transport, quick);
    expect((await send('GET')).status).toBe(200);
    expect(sent).toHaveLength(3);
    expect(await thrown(send('POST'))).toBeInstanceOf(ServerError);
    expect(sent).toHaveLength(4);
  });

  test.each<[unknown, string]>([
    [undefined, 'describe takes a function, got undefined'],
    [{ ...scripted().transport, prepare: 5 }, 'prepare takes a function, got 5'],
    [{ ...scripted().transport, send: null }, 'send takes a function, got null'],
  ])('refuses a transport that cannot be one', (transport, message) => {
    expect(() => createHttpClient(transport as never)).toThrow(new TypeError(`createHttpClient: ${message}`));
  });

  test('rejects with typed errors that show no secret', async () => {
    const { transport } = scripted(503, reset());
    const send = createHttpClient(transport, { ...quick, stop: stop.afterAttempt(1) });
    expect((await thrown(send('GET'))).message).toBe('GET http://api.test/items answered 503 Service Unavailable');
    const error = await thrown(send('GET'));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toBe('GET http://api.test/items got no answer: ECONNRESET');
  });

  test('passes the request with the attempt’s signal to beforeAttempt', async () => {
    const { transport, sent } = scripted(503);
    const send = createHttpClient(transport, {
      ...quick,
      attemptTimeout: 5000,
      beforeAttempt: (request, attempt) => ({ ...request, attempt }),
    });
    await send('GET');
    expect(sent).toEqual([
      { signal: expect.any(AbortSignal), attempt: 1 },
      { signal: expect.any(AbortSignal), attempt: 2 },
    ]);
  });

  test('passes the answer to conditions and fallbacks', async () => {
    const { transport } = scripted(503, 503);
    const states: unknown[] = [];
    const send = createHttpClient(transport, {
      ...quick,
      stop: stop.afterAttempt(2),
      before: ({ request, fnName }) => void states.push([(request as { method: string }).method, fnName]),
      fallback: (error) => ({ status: (error as ServerError).status + 1, headers: {} }),
    });
    expect((await send('GET')).status).toBe(504);
    expect(states).toEqual(Array(2).fill(['GET', 'GET http://api.test/items']));
  });

  test('leads the stack of an error to the caller', async () => {
    const { transport } = scripted(404, reset());
    const send = createHttpClient(transport, { ...quick, stop: stop.afterAttempt(1) });
    async function theCaller(): Promise<unknown> {
      return await send('GET');
    }
    expect((await thrown(theCaller())).stack).toContain('theCaller');
    expect((await thrown(theCaller())).stack).toContain('theCaller');
  });

  test('needs no options', async () => {
    const { transport, sent } = scripted();
    expect((await createHttpClient(transport)('GET')).status).toBe(200);
    expect(sent).toHaveLength(1);
  });

  test('sets the idempotency key on the headers of the request, if the transport has no target for it', async () => {
    const headers = new Headers();
    const transport = {
      ...scripted(503).transport,
      describe: (method: string) => ({ method, url: 'http://api.test/', headers }),
    };
    expect((await createHttpClient(transport, { ...quick, idempotencyKey: true })('POST')).status).toBe(200);
    expect(headers.get('idempotency-key')).toMatch(/^[\da-f-]{36}$/);
  });

  test('rejects with a TypeError that names idempotencyKey, if the transport has no headers for the key', async () => {
    const { transport, sent } = scripted();
    const error = await thrown(createHttpClient(transport, { ...quick, idempotencyKey: true })('POST'));
    expect(error).toEqual(
      new TypeError('idempotencyKey needs a transport whose `describe` returns a `target` with Headers'),
    );
    expect(sent).toEqual([]);
  });

  test('does not retry a POST whose idempotency key the transport does not send', async () => {
    const { transport, sent } = scripted(503);
    const forgetful: Transport<string, object, Reply> = {
      describe: (method) => ({ method, url: 'http://api.test/', headers: new Headers() }),
      prepare: () => ({ headers: new Headers() }),
      send: transport.send,
    };
    const send = createHttpClient(forgetful, { ...quick, idempotencyKey: true });
    expect(await thrown(send('POST'))).toBeInstanceOf(ServerError);
    expect(sent).toHaveLength(1);
  });

  test('has a policy whose copies take another limiter and another maxWait', async () => {
    const clock = new VirtualClock();
    const [one, other] = [1, 2].map(() => new TokenBucket({ rate: 1, capacity: 5, clock })) as [
      TokenBucket,
      TokenBucket,
    ];
    const { retrying } = new HttpClient(scripted().transport, { ...quick, clock, limiter: one });
    await retrying.copy({ limiter: other }).run(() => 1);
    expect([one.available, other.available]).toEqual([5, 4]);
    one.tryAcquire(5);
    const error = await thrown(retrying.copy({ maxWait: 500, stop: stop.afterAttempt(1) }).run(() => 1));
    expect(error).toMatchObject({ code: 'TENAX_LIMITER_TIMEOUT', maxWait: 500 });
  });

  test('hands settle the answer itself, if the transport cannot copy it', async () => {
    const tokens = new TokenBucket({ rate: 1, capacity: 100, clock: new VirtualClock() });
    const limiter = { limiter: tokens, cost: () => 50, settle: ({ status }: Reply) => status / 20 };
    await createHttpClient(scripted().transport, { ...quick, limiter })('GET');
    expect(tokens.available).toBe(90);
  });

  test('reads the answer within its attempt, whose condition gets that answer too if it cannot be copied', async () => {
    const seen: unknown[] = [];
    const { transport } = scripted(202);
    const client = new HttpClient(transport, {
      ...quick,
      retryIf: ({ outcome }) => {
        const { value } = outcome as { value: Reply };
        seen.push(value);
        return value.status === 202;
      },
    });
    const call = client.call('GET', async ({ status }) => status);
    const response = await client.send(call);
    expect(call.result).toEqual({ value: 200 });
    expect(seen).toEqual([{ status: 202, headers: {} }, response]);
  });

  test('rejects with the RetryError of a send that has a policy of its own', async () => {
    const { transport } = scripted();
    const send = retry(() => Promise.reject(new Error('down')), { stop: stop.afterAttempt(1) });
    const error = await thrown(createHttpClient({ ...transport, send }, quick)('GET'));
    expect(error).toBeInstanceOf(RetryError);
  });
});
