import { stop, wait } from 'tenax';
import { paginate, retryIfHttp, retryingFetch, type Fetch, type FetchRetryOptions } from 'tenax/http';
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
