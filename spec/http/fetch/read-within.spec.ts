import { CircuitBreaker, retryIf, SlidingWindow, stop, wait, type RetryCallState } from 'tenax';
import { paginate, retryIfHttp, retryingFetch, type Fetch, type FetchRetryOptions } from 'tenax/http';
import { VirtualClock } from 'tenax/testing';
import { READ } from '../../../lib/http/fetch/read-within.js';
import { thrown } from '../../thrown.js';

const URL_ = 'http://api.test/items';
const quick: FetchRetryOptions = { wait: wait.none(), stop: stop.afterAttempt(3) };

/** A fetch that returns these answers in turn. */
const answering = (...answers: Response[]): Fetch => (async () => answers.shift()) as Fetch;

async function read(client: Fetch): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of paginate(client, URL_)) items.push(item);
  return items;
}

describe('paginate reads a page within the attempt of a retryingFetch:', () => {
  test('retryIf may have looked at its body', async () => {
    const fetch = answering(new Response('[]', { status: 202 }), Response.json([1]), Response.json([]));
    expect(await read(retryingFetch({ ...quick, retryIf: retryIfHttp.status(202) }, fetch))).toEqual([1]);
  });

  test.each([
    ['retryErrorCallback', { retryIf: retryIf.result(() => true) }],
    ['fallback', { onSuccess: () => Promise.reject(new Error('refused')) }],
  ])('what a %s returns is read in its place', async (option, options) => {
    const answers = [Response.json(['instead']), Response.json([])];
    const instead = (): unknown => answers.shift();
    const fetch = async (): Promise<Response> => Response.json(['given up']);
    const once = { ...options, stop: stop.afterAttempt(1), [option]: instead };
    expect(await read(retryingFetch(once, fetch))).toEqual(['instead']);
  });

  test('an abort while it is read rejects with the reason', async () => {
    const controller = new AbortController();
    const pull = (stream: ReadableStreamDefaultController): void => {
      controller.abort(new Error('enough'));
      stream.error(new Error('broken'));
    };
    const page = new ReadableStream({ pull }, { highWaterMark: 0 });
    const fetch = retryingFetch({ ...quick, attemptTimeout: 60_000 }, answering(new Response(page)));
    const pages = paginate(fetch, URL_, { signal: controller.signal });
    expect((await thrown(pages.next())).message).toBe('enough');
  });
});

test('paginate asks any fetch that has READ to read, also one of another copy of the package', async () => {
  expect(READ).toBe(Symbol.for('tenax.fetch.read'));
  const pages = [[1], []];
  let reads = 0;
  const client = Object.assign(() => Promise.reject(new Error('not asked this way')), {
    [Symbol.for('tenax.fetch.read')]: async (
      _url: string,
      _init: RequestInit,
      body: (response: Response) => unknown,
    ) => {
      await body(Response.json(['dropped']));
      reads += 1;
      return body(Response.json(pages.shift()));
    },
  });
  expect(await read(client as never)).toEqual([1]);
  expect(reads).toBe(2);
});

describe('paginate over a retryingFetch leaves the body of a page readable', () => {
  const pages = (): Fetch => answering(Response.json([1]), Response.json([]));

  test('for the settle of a limit', async () => {
    const settled: unknown[] = [];
    const limiter = new SlidingWindow({ limit: 100, window: 1000, clock: new VirtualClock() });
    const settle = async (response: Response): Promise<undefined> => {
      settled.push(await response.json());
    };
    expect(await read(retryingFetch({ limiter: { limiter, cost: () => 10, settle } }, pages()))).toEqual([1]);
    await new Promise(setImmediate);
    expect(settled).toEqual([[1], []]);
  });

  test('for the countIf of a breaker', async () => {
    const breaker = new CircuitBreaker({ countIf: retryIfHttp.response(async (r) => (await r.json()).length === 7) });
    expect(await read(retryingFetch({ breaker }, pages()))).toEqual([1]);
  });

  test('for onSuccess', async () => {
    const seen: unknown[] = [];
    const onSuccess = async ({ outcome }: RetryCallState): Promise<void> => {
      if (outcome?.failed === false) seen.push(await (outcome.value as Response).clone().json());
    };
    expect(await read(retryingFetch({ onSuccess }, pages()))).toEqual([1]);
    expect(seen).toEqual([[1], []]);
  });
});

test('a page that falls silent frees its connection although the policy got a copy of it', async () => {
  const cancelled = jest.fn();
  const silent = new Response(new ReadableStream({ pull: () => new Promise(() => undefined), cancel: cancelled }));
  const clock = new VirtualClock();
  const options = { ...quick, clock, idleTimeout: 50, retryIf: retryIfHttp.response(() => false) };
  const pages = read(retryingFetch({ ...options, stop: stop.afterAttempt(1) }, answering(silent)));
  await expect(clock.run(pages)).rejects.toMatchObject({ cause: { limit: 'idleTimeout' } });
  expect(cancelled).toHaveBeenCalledTimes(1);
});
