import { Readable } from 'node:stream';
import { stop, TokenBucket, wait } from 'tenax';
import { NetworkError, fetchWithBackoff, retryIfHttp, retryingFetch, type FetchRetryOptions } from 'tenax/http';
import { FlakyServer, type ServerStep } from 'tenax/testing';
import { thrown } from '../../thrown.js';

// Real servers, so real time; the waits are a millisecond.
const quick: FetchRetryOptions = { wait: wait.fixed(1) };
let server: FlakyServer;
async function start(...script: ServerStep[]): Promise<void> {
  server = await FlakyServer.start({ script });
}
afterEach(() => server.close());

async function* generated(): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode('once');
}

describe('A body that can be read only once', () => {
  const kinds: [string, () => unknown][] = [
    ['a web stream', () => new Blob(['once']).stream()],
    ['a web stream of a make that cannot be iterated', () => ({ getReader: () => undefined })],
    ['a stream of Node of a make that cannot be iterated', () => ({ pipe: () => undefined })],
    ['a stream of Node', () => Readable.from([Buffer.from('once')])],
    ['what a generator makes', generated],
  ];
  /** Sends a body to a fetch that only asks it for its kind, as undici would. */
  const put = (body: unknown, options = quick, fetch?: typeof globalThis.fetch): Promise<Response> =>
    retryingFetch(options, fetch)(server.url, { method: 'PUT', body, duplex: 'half' } as RequestInit);

  test.each(kinds)('is sent once: %s', async (_kind, body) => {
    await start(503);
    let calls = 0;
    const answer = await put(body(), quick, async () => {
      calls += 1;
      return new Response('', { status: 503 });
    });
    expect([answer.status, calls]).toEqual([503, 1]);
  });

  test.each(kinds.filter(([kind]) => !kind.includes('cannot')))(
    'arrives whole, and the answer is the first one: %s',
    async (_kind, body) => {
      await start(503);
      expect((await put(body())).status).toBe(503);
      expect(server.requests.map((request) => request.body)).toEqual(['once']);
    },
  );

  const note = '; not retried: its body is a stream, which cannot be sent twice';

  test('is why there was no further attempt, which the error says', async () => {
    await start('drop', 'stall', 503);
    const dropped = await thrown<NetworkError>(put(generated()));
    expect(dropped).toBeInstanceOf(NetworkError);
    expect(dropped.message).toMatch(new RegExp(`^PUT ${server.url} got no answer: \\w+${note}$`));
    const late = await thrown<NetworkError>(put(generated(), { ...quick, attemptTimeout: 50 }));
    expect(late).toBeInstanceOf(NetworkError);
    expect(late.message).toContain(note);
    const failed = fetchWithBackoff(server.url, { method: 'PUT', body: generated(), duplex: 'half' } as RequestInit);
    expect((await thrown(failed)).message).toBe(`PUT ${server.url}/ answered 503 Service Unavailable${note}`);
    expect(server.requests).toHaveLength(3);
  });

  test('is not: a text, a form, bytes, none; nothing is said of them', async () => {
    const form = new FormData();
    form.set('a', 'b');
    for (const body of ['text', form, new Uint8Array([65]), new Blob(['blob']), new URLSearchParams('a=b'), null]) {
      await start(503);
      expect((await put(body)).status).toBe(200);
      expect(server.requests).toHaveLength(2);
      expect(server.requests[1]?.body.length).toBe(server.requests[0]?.body.length);
      await server.close();
    }
    await start('drop', 'drop');
    const error = await thrown(put('text', { ...quick, stop: stop.afterAttempt(2) }));
    expect(error.message).not.toContain('not retried');
  });
});

test('The caller can cancel a body of which settle got a copy', async () => {
  await start();
  let cancelled = false;
  const body = new ReadableStream({ cancel: () => void (cancelled = true) });
  const limiter = {
    limiter: new TokenBucket({ rate: 1 }),
    settle: (copy: Response) => copy.headers.get('cost')?.length,
  };
  const answer = await retryingFetch({ limiter }, async () => new Response(body))(server.url);
  await answer.body?.cancel();
  expect(cancelled).toBe(true);
});

describe('The body of an answer that is retried', () => {
  const big = 'x'.repeat(200_000);
  const busyIn = (body: unknown): boolean => (body as { busy?: boolean }).busy === true;
  /** A fetch whose bodies tell whether they were let go. */
  function telling(...statuses: number[]) {
    const released: boolean[] = [];
    const fetch = async (): Promise<Response> => {
      const at = released.push(false) - 1;
      const body = new ReadableStream({ cancel: () => void (released[at] = true) });
      return new Response(body, { status: statuses[at] ?? 200 });
    };
    return { released, fetch };
  }

  test('is cancelled, except that of the last answer', async () => {
    await start();
    const { released, fetch } = telling(503, 429, 200);
    await retryingFetch(quick, fetch)(server.url);
    expect(released).toEqual([true, true, false]);
    const failing = telling(503, 503);
    await retryingFetch({ ...quick, stop: stop.afterAttempt(2) }, failing.fetch)(server.url);
    expect(failing.released).toEqual([true, false]);
  });

  test('is cancelled even if the answer was accepted', async () => {
    await start();
    const { released, fetch } = telling(202, 200);
    await retryingFetch({ ...quick, retryIf: retryIfHttp.status(202) }, fetch)(server.url);
    expect(released).toEqual([true, false]);
  });

  test.each([
    ['read it', async (response: Response) => busyIn(await response.json())],
    ['read a copy of it', async (response: Response) => busyIn(await response.clone().json())],
    ['looks at a copy that it does not read', (response: Response) => response.clone().status !== 200],
    ['holds it', (response: Response) => response.body?.getReader() !== undefined && response.status !== 200],
  ])('does no harm where a condition %s', async (_what, busy) => {
    await start(
      { status: 503, body: { busy: true } },
      { status: 202, body: { busy: true } },
      { status: 200, body: {} },
    );
    const fetch = retryingFetch({ ...quick, retryIf: retryIfHttp.response(busy) });
    expect((await fetch(server.url)).status).toBe(200);
    expect(server.requests).toHaveLength(3);
  });

  test('is cancelled although a condition has looked at a copy of it', async () => {
    await start();
    const { released, fetch } = telling(202, 200);
    const busy = retryIfHttp.response((response: Response) => response.status === 202);
    const answer = await retryingFetch({ ...quick, retryIf: busy }, fetch)(server.url);
    await answer.body?.cancel();
    expect(released).toEqual([true, true]);
  });

  test('may have no `cancel`, or be missing', async () => {
    await start();
    for (const body of [Readable.from(['x']), null, undefined]) {
      let calls = 0;
      const fetch = async () => ({ status: (calls += 1) < 2 ? 503 : 200, headers: {}, body }) as unknown as Response;
      expect((await retryingFetch(quick, fetch)(server.url)).status).toBe(200);
      expect(calls).toBe(2);
    }
  });

  test('holds no connection: five large bodies are cancelled in turn', async () => {
    await start(...Array.from({ length: 5 }, () => ({ status: 503, body: big })));
    expect((await retryingFetch(quick)(server.url)).status).toBe(200);
  });
});
