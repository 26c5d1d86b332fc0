import { stop, wait } from 'tenax';
import { createHttpClient, NetworkError, ServerError, type Transport } from 'tenax/http';
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

  test('hands beforeAttempt what is to be sent, with the signal of the attempt', async () => {
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

  test('hands on what a condition and a fallback see', async () => {
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
});
