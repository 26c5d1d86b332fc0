import fc from 'fast-check';
import { paginate, type PaginateOptions } from 'tenax/http';

const URL_ = 'http://api.test/items';
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type Reply = Response | Error;

/** A fetch whose requests wait until the spec says what they get. */
function manual() {
  const open = new Map<number, (reply: Reply) => void>();
  const asked: number[] = [];
  const aborted: number[] = [];
  let most = 0;
  const fetch = (url: string, init?: RequestInit): Promise<Response> => {
    const page = Number(new URL(url).searchParams.get('page'));
    asked.push(page);
    return new Promise<Response>((resolve, reject) => {
      const settle = (reply: Reply): void => {
        open.delete(page);
        if (reply instanceof Error) reject(reply);
        else resolve(reply);
      };
      open.set(page, settle);
      most = Math.max(most, open.size);
      init!.signal!.addEventListener('abort', () => {
        if (!open.has(page)) return;
        aborted.push(page);
        settle(init!.signal!.reason as Error);
      });
    });
  };
  const reply = async (page: number, body: unknown, init?: ResponseInit): Promise<void> => {
    open.get(page)!(body instanceof Error ? body : Response.json(body, init));
    for (let i = 0; i < 3; i += 1) await turn();
  };
  return { fetch, reply, asked, aborted, open, most: () => most };
}

type Api = ReturnType<typeof manual>;
const start = (api: Api, options: PaginateOptions<number>) => paginate<number>(api.fetch, URL_, options);

/** Reads to the end; what has come so far is in `got`. */
function reading(items: AsyncIterable<number>) {
  const got: number[] = [];
  const done = (async () => {
    for await (const item of items) got.push(item);
  })();
  done.catch(() => undefined);
  return { got, done };
}

describe('paginate with concurrency 4', () => {
  const options = { concurrency: 4 };

  test('requests one page ahead until the first page has come, then up to four at once', async () => {
    const api = manual();
    const { got } = reading(start(api, options));
    await turn();
    expect(api.asked).toEqual([1, 2]);
    await api.reply(1, [1]);
    expect(api.asked).toEqual([1, 2, 3, 4, 5]);
    expect(got).toEqual([1]);
  });

  test('gives items in order, whatever comes first, and keeps four pages at most', async () => {
    const api = manual();
    const { got, done } = reading(start(api, options));
    await turn();
    await api.reply(1, [1]);
    for (const page of [5, 4, 3]) await api.reply(page, [page]);
    expect([got, api.asked.length]).toEqual([[1], 5]);
    await api.reply(2, [2]);
    expect(got).toEqual([1, 2, 3, 4, 5]);
    expect(api.asked).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await api.reply(6, []);
    await done;
  });

  test('requests no page while the loop holds the items of one, beyond the four', async () => {
    const api = manual();
    const items = start(api, options);
    const first = items.next();
    await turn();
    await api.reply(1, [1, 1]);
    await first;
    for (const page of [2, 3, 4]) await api.reply(page, [page]);
    await items.next();
    expect(api.asked).toEqual([1, 2, 3, 4]);
    const third = items.next();
    await turn();
    expect([(await third).value, api.asked]).toEqual([2, [1, 2, 3, 4, 5]]);
    await items.return();
  });

  test('requests at most three pages past the first empty one, aborts them and ignores their errors', async () => {
    const api = manual();
    const { got, done } = reading(start(api, options));
    await turn();
    await api.reply(1, [1]);
    await api.reply(4, new Error('nobody asks'));
    await api.reply(2, []);
    await done;
    expect([got, api.asked, api.aborted]).toEqual([[1], [1, 2, 3, 4, 5], [5, 3]]);
  });

  test('requests nothing further once a later page is empty', async () => {
    const api = manual();
    const { got, done } = reading(start(api, options));
    await turn();
    await api.reply(1, [1]);
    await api.reply(4, []);
    expect(api.aborted).toEqual([5]);
    await api.reply(2, [2]);
    await api.reply(3, [3]);
    await done;
    expect([got, api.asked]).toEqual([
      [1, 2, 3],
      [1, 2, 3, 4, 5],
    ]);
  });

  test('requests nothing further once a later page has a status of endsWith', async () => {
    const api = manual();
    const { done } = reading(start(api, { ...options, endsWith: [404] }));
    await turn();
    await api.reply(1, [1]);
    await api.reply(4, {}, { status: 404 });
    expect(api.aborted).toEqual([5]);
    await api.reply(2, [2]);
    await api.reply(3, [3]);
    await done;
    expect(api.asked).toEqual([1, 2, 3, 4, 5]);
  });

  test('throws the error of a page when its turn comes, after the items before it', async () => {
    const api = manual();
    const { got, done } = reading(start(api, options));
    await turn();
    await api.reply(1, [1]);
    await api.reply(3, new Error('page 3'));
    expect([got, api.aborted]).toEqual([[1], [4, 5]]);
    await api.reply(2, [2]);
    await expect(done).rejects.toThrow('page 3');
    expect(got).toEqual([1, 2]);
  });

  test('throws the error of `items` when the page is read', async () => {
    const api = manual();
    const { got, done } = reading(start(api, options));
    await turn();
    await api.reply(2, { rows: [] });
    await api.reply(1, [1]);
    await expect(done).rejects.toThrow('found no items');
    expect(got).toEqual([1]);
  });

  test('calls onPage in order', async () => {
    const api = manual();
    const numbers: number[] = [];
    const { done } = reading(start(api, { ...options, onPage: ({ number }) => void numbers.push(number) }));
    await turn();
    await api.reply(2, [2]);
    await api.reply(1, [1]);
    await api.reply(3, []);
    await done;
    expect(numbers).toEqual([1, 2, 3]);
  });

  test('requests no page beyond maxPages', async () => {
    const api = manual();
    const { got, done } = reading(start(api, { ...options, maxPages: 3 }));
    await turn();
    for (const page of [1, 2, 3]) await api.reply(page, [page]);
    await done;
    expect([got, api.asked]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  test('aborts the requests in progress when the loop is left', async () => {
    const api = manual();
    const left = (async () => {
      for await (const item of start(api, options)) return item;
      return undefined;
    })();
    await turn();
    await api.reply(1, [1]);
    expect(await left).toBe(1);
    expect([api.asked, api.aborted]).toEqual([
      [1, 2, 3, 4],
      [2, 3, 4],
    ]);
  });

  test('aborts them when the loop is left while it waits for a page', async () => {
    const api = manual();
    const items = start(api, options);
    const waiting = items.next();
    await turn();
    expect(await items.return()).toEqual({ done: true, value: undefined });
    expect([await waiting, api.aborted]).toEqual([{ done: true, value: undefined }, [1, 2]]);
  });

  test('throw() while it waits for a page aborts them, and rejects', async () => {
    const api = manual();
    const items = start(api, options);
    const waiting = items.next();
    await turn();
    await expect(items.throw(new Error('mine'))).rejects.toThrow('mine');
    expect([await waiting, api.aborted]).toEqual([{ done: true, value: undefined }, [1, 2]]);
  });

  test('throw() within a page aborts them, and rejects', async () => {
    const api = manual();
    const items = start(api, options);
    const first = items.next();
    await turn();
    await api.reply(1, [1]);
    expect(await first).toEqual({ done: false, value: 1 });
    await expect(items.throw(new Error('mine'))).rejects.toThrow('mine');
    expect(api.aborted).toEqual([2, 3, 4]);
  });

  test('rejects with the reason of the signal, and aborts all', async () => {
    const api = manual();
    const controller = new AbortController();
    const { done } = reading(start(api, { ...options, signal: controller.signal }));
    await turn();
    await api.reply(1, [1]);
    controller.abort(new Error('enough'));
    await expect(done).rejects.toThrow('enough');
    expect(api.aborted).toEqual([2, 3, 4, 5]);
  });

  test('throws the reason at the turn of a page that has come already', async () => {
    const api = manual();
    const controller = new AbortController();
    const items = start(api, { ...options, signal: controller.signal });
    const first = items.next();
    await turn();
    await api.reply(2, [2]);
    await api.reply(1, [1]);
    await first;
    controller.abort(new Error('enough'));
    await expect(items.next()).rejects.toThrow('enough');
  });

  test('leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    const added = jest.spyOn(signal, 'addEventListener');
    const removed = jest.spyOn(signal, 'removeEventListener');
    const { done } = reading(paginate<number>(async () => Response.json([]), URL_, { ...options, signal }));
    await done;
    expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([1, 1]);
  });
});

describe('paginate with concurrency 8, where the API names its end', () => {
  const PAGES = 20;
  const link = (last: number) => ({ headers: { link: `</items?page=${last}&per_page=1>; rel="last"` } });
  const informed: Record<string, (last: number) => [body: (items: number[]) => unknown, init?: ResponseInit]> = {
    'in a Link': (last) => [(items) => items, link(last)],
    'as a total': (last) => [(items) => ({ items, total: last })],
    'as a total in meta': (last) => [(items) => ({ data: items, meta: { total_count: last } })],
    'as a number of pages': (last) => [(items) => ({ items, totalPages: last })],
    'in X-Total-Count': (last) => [(items) => items, { headers: { 'x-total-count': String(last) } }],
  };

  /** The items that are read, and the pages that are requested, of an API of `pages` pages that names another `last`. */
  async function read(how: string, pages: number, last: number, named = (_page: number) => true) {
    const asked: number[] = [];
    const got: number[] = [];
    const client = async (url: string): Promise<Response> => {
      const page = Number(new URL(url).searchParams.get('page'));
      asked.push(page);
      await turn();
      const [body, init] = informed[how]!(last);
      const items = page <= pages ? [page] : [];
      return named(page) ? Response.json(body(items), init) : Response.json(items);
    };
    for await (const item of paginate<number>(client, URL_, { concurrency: 8, perPage: 50 })) got.push(item);
    return { got, asked: asked.sort((a, b) => a - b) };
  }
  const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

  test.each(Object.keys(informed))('%s, requests one page past it', async (how) => {
    expect(await read(how, PAGES, PAGES)).toEqual({ got: upTo(PAGES), asked: upTo(PAGES + 1) });
    expect(await read(how, 1, 1)).toEqual({ got: [1], asked: [1, 2] });
  });

  test.each(Object.keys(informed))('%s, too late: reading goes on to the empty page', async (how) => {
    const { got, asked } = await read(how, PAGES, 12, (page) => page < 12);
    expect(got).toEqual(upTo(PAGES));
    expect(asked).toEqual(upTo(PAGES + 1));
  });

  test.each(Object.keys(informed))('%s, too early: reading ends at the empty page', async (how) => {
    const { got, asked } = await read(how, 12, PAGES);
    expect(got).toEqual(upTo(12));
    expect(asked.length).toBeLessThanOrEqual(13 + 7);
  });

  test('as a total of an API that counts pages from 0, requests one page past it', async () => {
    const asked: number[] = [];
    const client = async (url: string): Promise<Response> => {
      const page = Number(new URL(url).searchParams.get('page'));
      asked.push(page);
      await turn();
      return Response.json({ items: page < 3 ? [page] : [], total: 3 });
    };
    const got: number[] = [];
    for await (const item of paginate<number>(client, URL_, { concurrency: 8, startPage: 0 })) got.push(item);
    expect([got, asked]).toEqual([
      [0, 1, 2],
      [0, 1, 2, 3],
    ]);
  });

  test('as the number of this page, which means something else, reads as if nothing were named', async () => {
    let most = 0;
    let open = 0;
    const client = async (url: string): Promise<Response> => {
      most = Math.max(most, (open += 1));
      await turn();
      open -= 1;
      const page = Number(new URL(url).searchParams.get('page'));
      return Response.json({ items: page <= PAGES ? [page] : [], count: 1 });
    };
    let read = 0;
    for await (const _ of paginate(client, URL_, { concurrency: 8 })) read += 1;
    expect([read, most]).toEqual([PAGES, 8]);
  });
});

test('Property: all items in order, at most n pages at once and n - 1 past the end, whatever the delays', async () => {
  const api = fc.record({
    concurrency: fc.integer({ min: 1, max: 9 }),
    sizes: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 25 }),
    delays: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1 }),
    total: fc.option(fc.integer({ min: 0, max: 60 })),
    ends: fc.constantFrom('empty', '204', '404'),
  });
  await fc.assert(
    fc.asyncProperty(api, async ({ concurrency, sizes, delays, total, ends }) => {
      const pages = sizes.map((size, page) => Array.from({ length: size }, (_, i) => `${page}.${i}`));
      let [open, requests] = [0, 0];
      const client = async (url: string): Promise<Response> => {
        expect((open += 1)).toBeLessThanOrEqual(concurrency);
        for (let left = delays[requests++ % delays.length]!; left > 0; left -= 1) await turn();
        open -= 1;
        const items = pages[Number(new URL(url).searchParams.get('page')) - 1];
        if (items === undefined && ends !== 'empty') return new Response(null, { status: Number(ends) });
        return Response.json({ items: items ?? [], total: total ?? undefined });
      };
      const got: string[] = [];
      for await (const item of paginate<string>(client, URL_, { concurrency, endsWith: [404] })) got.push(item);
      expect(got).toEqual(pages.flat());
      expect(requests).toBeLessThanOrEqual(pages.length + concurrency);
    }),
    { numRuns: process.env.TENAX_LONG ? 5000 : 50 },
  );
});
