import { FlakyServer, type FlakyServerOptions } from 'tenax/testing';
import { seededRandom } from '../../lib/base/random.js';

const open: FlakyServer[] = [];
async function start(options: FlakyServerOptions): Promise<FlakyServer> {
  const server = await FlakyServer.start(options);
  open.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** The statuses of some requests, one after another. */
async function statuses(options: FlakyServerOptions, count: number): Promise<number[]> {
  const { url } = await start(options);
  const seen: number[] = [];
  for (let i = 0; i < count; i += 1) seen.push((await fetch(url)).status);
  return seen;
}

describe('random faults', () => {
  const kinds = [500, 503, 429];

  test('are the same with the same seed', async () => {
    const seeded = (seed?: number): Promise<number[]> =>
      statuses({ faults: { rate: 0.5, kinds, ...(seed === undefined ? {} : { seed }) } }, 20);
    const four = await seeded(4);
    expect(await seeded(4)).toEqual(four);
    expect(await seeded(5)).not.toEqual(four);
    expect(await seeded()).toEqual(await seeded(1));
    expect(await seeded()).not.toEqual(four);
  });

  test('come with their probability, each kind as often', async () => {
    const random = seededRandom(9);
    const expected = Array.from({ length: 30 }, () => (random() < 0.6 ? kinds[Math.floor(random() * 3)] : 200));
    expect(await statuses({ faults: { rate: 0.6, kinds, seed: 9 } }, 30)).toEqual(expected);
    expect(new Set(expected)).toEqual(new Set([200, 429, 500, 503]));
  });

  test('never come at a rate of 0, always at 1, and not if the random number equals the rate', async () => {
    expect(await statuses({ faults: { rate: 0, kinds } }, 5)).toEqual([200, 200, 200, 200, 200]);
    expect(await statuses({ faults: { rate: 1, kinds: [500] } }, 5)).toEqual([500, 500, 500, 500, 500]);
    expect(await statuses({ faults: { rate: seededRandom(1)(), kinds } }, 1)).toEqual([200]);
  });

  test('come after the script, in the place of the handler', async () => {
    const handler: FlakyServerOptions['handler'] = (_request, response) => void response.writeHead(201).end();
    expect(await statuses({ script: [502], faults: { rate: 1, kinds: [500] }, handler }, 2)).toEqual([502, 500]);
  });
});

describe('a rate limit', () => {
  test('answers 429 above it, with Retry-After in whole seconds', async () => {
    const { url } = await start({ rateLimit: { rate: 0.1, capacity: 2 } });
    const answers = [await fetch(url), await fetch(url), await fetch(url)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual([null, null, '10']);
  });

  test('or with the date of the whole second in which there will be a token', async () => {
    const { url } = await start({ rateLimit: { rate: 0.1, capacity: 1, retryAfter: 'date' } });
    await fetch(url);
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2030, 0, 1, 12, 0, 0, 900));
    const { headers } = await fetch(url);
    now.mockRestore();
    expect(headers.get('retry-after')).toBe('Tue, 01 Jan 2030 12:00:11 GMT');
  });

  test('admits again as time passes', async () => {
    const { url } = await start({ rateLimit: { rate: 50, capacity: 1 } });
    await fetch(url);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect((await fetch(url)).status).toBe(200);
  });

  test('does not count the answers of the script', async () => {
    expect(await statuses({ script: [503, 503], rateLimit: { rate: 0.1, capacity: 1 } }, 4)).toEqual([
      503, 503, 200, 429,
    ]);
  });
});

describe('wrong options of a FlakyServer', () => {
  const steps = "takes a list of statuses, answers, 'drop', 'truncate' and 'stall', got";
  const faults = { rate: 0.5, kinds: [500] };
  it.each<[unknown, Error]>([
    [{ scrpt: [] }, new TypeError('FlakyServer has no option "scrpt"; did you mean "script"?')],
    [5, new TypeError('FlakyServer takes an object with script, faults, rateLimit, handler, got 5')],
    [{ script: 503 }, new TypeError(`FlakyServer: script ${steps} 503`)],
    [{ script: 'drop' }, new TypeError(`FlakyServer: script ${steps} "drop"`)],
    [{ script: ['dropp'] }, new TypeError(`FlakyServer: script ${steps} "dropp"`)],
    [{ script: ['503'] }, new TypeError(`FlakyServer: script ${steps} "503"`)],
    [{ script: [200, 199] }, new TypeError(`FlakyServer: script ${steps} 199`)],
    [{ script: [599, 600] }, new TypeError(`FlakyServer: script ${steps} 600`)],
    [{ script: [null] }, new TypeError(`FlakyServer: script ${steps} null`)],
    [{ script: [{}] }, new TypeError(`FlakyServer: script ${steps} an object`)],
    [
      { script: [{ status: 429, header: {} }] },
      new TypeError('FlakyServer: an answer of script has no option "header"; did you mean "headers"?'),
    ],
    [
      { script: [{ status: 429, delay: -1 }] },
      new RangeError('FlakyServer: an answer of script: delay takes a number from 0 to 2147483647, got -1'),
    ],
    [
      { faults: { rate: 1, kinds: [{ status: 429, dely: 5 }] } },
      new TypeError('FlakyServer: an answer of faults.kinds has no option "dely"; did you mean "delay"?'),
    ],
    [{ script: [{ status: 'drop' }] }, new TypeError(`FlakyServer: script ${steps} an object`)],
    [{ faults: 5 }, new TypeError('FlakyServer: faults takes an object with rate, kinds, seed, got 5')],
    [{ faults: { ...faults, sed: 1 } }, new TypeError('FlakyServer: faults has no option "sed"; did you mean "seed"?')],
    [{ faults: { ...faults, rate: 2 } }, new RangeError('FlakyServer: faults.rate takes a number from 0 to 1, got 2')],
    [{ faults: { rate: 0.5 } }, new TypeError(`FlakyServer: faults.kinds ${steps} undefined`)],
    [{ faults: { rate: 0.5, kinds: [] } }, new TypeError('FlakyServer: faults.kinds takes at least one kind of fault')],
    [{ faults: { rate: 0.5, kinds: ['x'] } }, new TypeError(`FlakyServer: faults.kinds ${steps} "x"`)],
    [{ faults: { ...faults, seed: 'x' } }, new TypeError('FlakyServer: faults.seed takes a finite number, got "x"')],
    [
      { rateLimit: { rate: 1, burst: 1 } },
      new TypeError('FlakyServer: rateLimit has no option "burst"; it takes rate, capacity, retryAfter'),
    ],
    [{ rateLimit: { rate: 0 } }, new RangeError('FlakyServer: rateLimit.rate takes a finite number > 0, got 0')],
    [{ rateLimit: { rate: 1, capacity: 0 } }, new RangeError('TokenBucket: capacity takes a finite number > 0, got 0')],
    [
      { rateLimit: { rate: 1, retryAfter: 'ms' } },
      new TypeError(`FlakyServer: rateLimit.retryAfter takes 'seconds' or 'date', got "ms"`),
    ],
    [{ handler: 5 }, new TypeError('FlakyServer: handler takes a function, got 5')],
  ])('%j', async (options, error) => {
    await expect(FlakyServer.start(options as never)).rejects.toThrow(error);
    await expect(FlakyServer.start(options as never)).rejects.toBeInstanceOf(error.constructor);
  });

  test('accepts every kind of step', async () => {
    expect(await statuses({ script: [200, 599, { status: 200 }, { status: 599 }] }, 5)).toEqual([
      200, 599, 200, 599, 200,
    ]);
    await start({ script: undefined, faults: undefined, rateLimit: undefined, handler: undefined });
    await start({ rateLimit: { rate: 1, retryAfter: 'seconds' } });
    await start({ faults: { rate: 1, kinds: ['drop', 'truncate', 'stall'], seed: -1.5 } });
  });
});
