import { paginate, type PaginateOptions } from 'tenax/http';

const URL_ = 'http://api.test/items';
const ALL = Array.from({ length: 7 }, (_, i) => i);

/** A fetch that answers bodies in turn, then empty pages, and notes how it was asked. */
function answering(...bodies: unknown[]) {
  const asked: [string, RequestInit | undefined][] = [];
  const fetch = async (url: string, init?: RequestInit): Promise<Response> =>
    Response.json(bodies[asked.push([url, init]) - 1] ?? []);
  return { asked, fetch, addresses: () => asked.map(([url]) => url.slice(URL_.length)) };
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const read = (client: ReturnType<typeof answering>, options?: PaginateOptions<number>): Promise<number[]> =>
  collect(paginate<number>(client.fetch, URL_, options));

describe('paginate asks', () => {
  test('for pages of a hundred items, counted from 1, by default', async () => {
    const client = answering(ALL, [7]);
    expect(await read(client)).toEqual([...ALL, 7]);
    expect(client.addresses()).toEqual([1, 2, 3].map((page) => `?per_page=100&page=${page}`));
  });

  test('with names and numbers of the API', async () => {
    const client = answering([1]);
    await read(client, { perPage: 1, startPage: 0, pageParam: 'p', perPageParam: 'size' });
    expect(client.addresses()).toEqual(['?size=1&p=0', '?size=1&p=1']);
  });

  test('with the caller’s parameters, except undefined and null ones, before its own', async () => {
    const client = answering();
    await read(client, { params: { q: 'x y', n: 0, no: false, a: undefined, b: null, page: 9 }, perPage: 5 });
    expect(client.addresses()).toEqual(['?q=x+y&n=0&no=false&page=1&per_page=5']);
  });

  test('beside a query that is there already', async () => {
    const client = answering();
    await collect(paginate(client.fetch, `${URL_}?q=1`));
    expect(client.addresses()).toEqual(['?q=1&per_page=100&page=1']);
  });

  test('with a signal, which aborts as that of the options does', async () => {
    const controller = new AbortController();
    const asked: AbortSignal[] = [];
    const fetch = (_url: string, init?: RequestInit): Promise<Response> =>
      new Promise((_resolve, reject) => {
        const signal = init!.signal!;
        asked.push(signal);
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const reading = collect(paginate(fetch, URL_, { signal: controller.signal }));
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    expect(asked.map(({ aborted }) => aborted)).toEqual([true]);
  });

  test('an axios-like client for parameters and the signal apart', async () => {
    const get = jest.fn(async () => ({ status: 200, headers: {}, data: [] }));
    await collect(paginate({ get }, '/items', { params: { q: 1 } }));
    const signal = expect.any(AbortSignal);
    expect(get.mock.calls).toEqual([['/items', { params: { q: 1, per_page: 100, page: 1 }, signal }]]);
  });

  test('nothing with maxPages 0, with an aborted signal, or before it is read from', async () => {
    const client = answering([1]);
    expect(await read(client, { maxPages: 0 })).toEqual([]);
    const reason = new Error('enough');
    await expect(read(client, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    paginate(client.fetch, URL_);
    expect(client.asked).toHaveLength(0);
  });

  test('for maxPages at most, Infinity of them too', async () => {
    expect(await read(answering([1], [2], [3]), { maxPages: 2 })).toEqual([1, 2]);
    expect(await read(answering([1], [2], [3]), { maxPages: Infinity })).toEqual([1, 2, 3]);
  });
});

test('paginate requests maxPages at most where each page names the next', async () => {
  const client = answering([1], [2], [3]);
  expect(await read(client, { next: () => `?c=${client.asked.length}`, maxPages: 2 })).toEqual([1, 2]);
  expect(client.asked).toHaveLength(2);
});

describe('The items of a page', () => {
  test.each<[unknown, number[]]>([
    [
      [1, 2],
      [1, 2],
    ],
    [{ items: [1, 2] }, [1, 2]],
    [{ results: [1, 2] }, [1, 2]],
    [{ results: [3], items: [1, 2] }, [1, 2]],
    [{ items: 5, results: [1, 2] }, [1, 2]],
    [{ data: [1, 2] }, [1, 2]],
    [{ data: [3], results: [1, 2] }, [1, 2]],
    [{ items: [] }, []],
  ])('are found in %j', async (body, items) => {
    expect(await read(answering(body))).toEqual(items);
  });

  test.each([
    [{ rows: [1] }, 'an object'],
    ['text', '"text"'],
    [5, '5'],
    [false, 'false'],
  ])('are not found in %j', async (body, shown) => {
    await expect(read(answering(body))).rejects.toThrow(
      new TypeError(
        `paginate found no items in ${shown}: it takes an array, { items }, { results } or { data }; use the option items`,
      ),
    );
  });

  test('are not found in null', async () => {
    const fetch = async (): Promise<Response> => Response.json(null);
    await expect(collect(paginate(fetch, URL_))).rejects.toThrow('paginate found no items in null');
  });

  test('are found by the option `items`', async () => {
    const items = (body: any): number[] => body.rows ?? body;
    expect(await read(answering({ rows: [1, 2], items: [3] }), { items })).toEqual([1, 2]);
  });

  test('must be an array', async () => {
    await expect(read(answering({ rows: 5 }), { items: (body: any) => body.rows })).rejects.toThrow(
      new TypeError('paginate: items must return an array, it returned 5'),
    );
  });
});

test('onPage is called with every page before its items, including the empty last one', async () => {
  const seen: unknown[] = [];
  const client = answering([1], [2, 3]);
  const onPage: PaginateOptions<number>['onPage'] = ({ number, items, response }) => {
    seen.push([number, items, response.status, response.data, (response.headers as Headers).get('content-type')]);
  };
  for await (const item of paginate<number>(client.fetch, URL_, { startPage: 4, onPage })) seen.push(item);
  expect(seen).toEqual([
    [4, [1], 200, [1], 'application/json'],
    1,
    [5, [2, 3], 200, [2, 3], 'application/json'],
    2,
    3,
    [6, [], 200, [], 'application/json'],
  ]);
});

test('onPage counts the pages of a cursor, too', async () => {
  const numbers: number[] = [];
  const next = (): string | undefined => (numbers.length < 2 ? '?c=2' : undefined);
  await read(answering([1], [2]), { next, onPage: ({ number }) => void numbers.push(number) });
  expect(numbers).toEqual([1, 2]);
});

test.each([
  [Promise.resolve('/b'), 'an instance of Promise'],
  [7, '7'],
  [{}, 'an object'],
])('next that answers %p is refused', async (following, shown) => {
  await expect(read(answering([1], [2]), { next: (() => following) as never })).rejects.toThrow(
    new TypeError(`paginate: next must return an address or undefined, it returned ${shown}`),
  );
});

test.each([
  [null, 'null'],
  [undefined, 'undefined'],
  [{ fetch: 1 }, 'an object'],
])('a client that is %p is refused', async (client, shown) => {
  await expect(collect(paginate(client as never, URL_))).rejects.toThrow(
    new TypeError(`paginate takes a RetryingAxios, an axios instance or a fetch, got ${shown}`),
  );
});

test('an option that is undefined keeps its default, and the first and last status may end the reading', async () => {
  const client = answering([1]);
  const options = { perPage: undefined, pageParam: undefined, next: undefined, endsWith: [100, 599], concurrency: 2 };
  expect(await read(client, options as never)).toEqual([1]);
  expect(client.addresses()).toEqual(['?per_page=100&page=1', '?per_page=100&page=2']);
});

test.each([
  [undefined, 'undefined'],
  [{ url: URL_ }, 'an object'],
])('an address that is %p is refused', async (address, shown) => {
  const client = answering([1]);
  await expect(collect(paginate(client.fetch, address as never))).rejects.toThrow(
    new TypeError(`paginate takes an address as its second argument, got ${shown}`),
  );
  expect(client.asked).toHaveLength(0);
});

test('a Link to the next page without an address ends the reading', async () => {
  let asked = 0;
  const fetch = async (): Promise<Response> => {
    asked += 1;
    return Response.json([1], { headers: { link: '<>; rel="next"' } });
  };
  expect(await collect(paginate(fetch, URL_, { next: 'link' }))).toEqual([1]);
  expect(asked).toBe(1);
});

test('a Link header that cannot be read is an error, after the items of its page', async () => {
  const fetch = async (): Promise<Response> => Response.json([1], { headers: { link: 'page 2' } });
  const got: number[] = [];
  const reading = (async () => {
    for await (const item of paginate<number>(fetch, URL_, { next: 'link' })) got.push(item);
  })();
  await expect(reading).rejects.toThrow(
    new Error('paginate: the Link header is not a list of links, <address>; rel="next"'),
  );
  expect(got).toEqual([1]);
});

test('leaving the loop aborts the requests with an AbortError that says so', async () => {
  let reason: unknown;
  const fetch = (_url: string, init?: RequestInit): Promise<Response> => {
    init!.signal!.addEventListener('abort', () => (reason = init!.signal!.reason));
    return new Promise(() => undefined);
  };
  const items = paginate(fetch, URL_);
  void items.next();
  await new Promise((resolve) => setImmediate(resolve));
  void items.return();
  expect(reason).toEqual(new DOMException('The loop over the pages was left', 'AbortError'));
  expect((reason as Error).name).toBe('AbortError');
  expect((reason as Error).message).toBe('The loop over the pages was left');
});

test('an address may be a URL', async () => {
  const client = answering([1]);
  await collect(paginate(client.fetch, new URL(`${URL_}?q=1`) as never));
  expect(client.addresses()[0]).toBe('?q=1&per_page=100&page=1');
});

const FUNCTION = 'paginate: next takes \'page\', \'link\' or a function of the response'; // prettier-ignore

test.each([
  [{ perPage: 0 }, 'paginate: perPage takes a whole number ≥ 1, got 0'],
  [{ startPage: -1 }, 'paginate: startPage takes a whole number ≥ 0, got -1'],
  [{ maxPages: -1 }, 'paginate: maxPages takes a whole number ≥ 0, got -1'],
  [{ maxPages: 1.5 }, 'paginate: maxPages takes a whole number ≥ 0, got 1.5'],
  [{ concurrency: 0 }, 'paginate: concurrency takes a whole number ≥ 1, got 0'],
  [{ concurrency: 1.5 }, 'paginate: concurrency takes a whole number ≥ 1, got 1.5'],
  [{ concurrency: Infinity }, 'paginate: concurrency takes a whole number ≥ 1, got Infinity'],
  [{ concurrency: 2, next: 'link' }, new TypeError("paginate: concurrency above 1 needs next: 'page'; otherwise each page names the one after it, got 2")],
  [{ concurrency: 2, next: () => '' }, 'paginate: concurrency above 1 needs'],
  [{ endsWith: 404 }, 'paginate: endsWith takes a list of statuses ([404]), got 404'],
  [{ endsWith: [404, 99] }, 'paginate: endsWith takes a list of statuses ([404]), got an array'],
  [{ endsWith: [600] }, 'paginate: endsWith takes a list of statuses ([404]), got an array'],
  [{ endsWith: [404.5] }, 'paginate: endsWith takes a list of statuses ([404]), got an array'],
  [{ params: 5 }, 'paginate: params takes an object of names and values, got 5'],
  [{ params: 'key=secret' }, 'paginate: params takes an object of names and values, got a string'],
  [{ pageParam: 5 }, 'paginate: pageParam takes the name of a parameter, got 5'],
  [{ perPageParam: '' }, 'paginate: perPageParam takes the name of a parameter, got ""'],
  [{ endsWith: ['404'] }, 'paginate: endsWith takes a list of statuses ([404]), got an array'],
  [{ params: new URLSearchParams() }, 'paginate: params takes an object of names and values, got an instance of URLSearchParams'],
  [{ params: null }, 'paginate: params takes an object of names and values, got null'],
  [{ params: [1] }, 'paginate: params takes an object of names and values, got an array'],
  [{ pageParam: '' }, 'paginate: pageParam takes the name of a parameter, got ""'],
  [{ next: 'cursor' }, `${FUNCTION}, got "cursor"`],
  [{ next: null }, `${FUNCTION}, got null`],
  [{ items: 5 }, 'paginate: items takes a function from the body to the list of items, got 5'],
  [{ onPage: 5 }, 'paginate: onPage takes a function that is called with each page, got 5'],
  [{ onPage: null }, 'paginate: onPage takes a function that is called with each page, got null'],
  [{ signal: 5 }, 'paginate: signal takes an AbortSignal, got 5'],
  [{ allowOtherOrigin: 'yes' }, 'paginate: allowOtherOrigin takes true or false, got "yes"'],
  [{ pageSize: 5 }, 'paginate has no option "pageSize"; it takes params, perPage, startPage, pageParam, perPageParam, items, next, maxPages, concurrency, endsWith, signal, onPage, allowOtherOrigin'],
  [{ perpage: 5 }, 'paginate has no option "perpage"; did you mean "perPage"?'],
])('paginate refuses %j, and asks for nothing', async (options, message) => {
  const client = answering([1]);
  await expect(read(client, options as never)).rejects.toThrow(message);
  expect(client.asked).toHaveLength(0);
}); // prettier-ignore
