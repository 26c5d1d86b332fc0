import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tenax from 'tenax';
import {
  CircuitBreaker,
  ConcurrencyLimiter,
  RetryBudget,
  Retrying,
  SlidingWindow,
  Throttle,
  TokenBucket,
  after,
  before,
  beforeSleep,
  retryIf,
  retryStream,
  stop,
  wait,
} from 'tenax';
import { RetryingAxios } from 'tenax/axios';
import { paginate, retryIfHttp, retryingFetch } from 'tenax/http';
import { RedisTokenBucket } from 'tenax/redis';
import { simulate, simulateFleet } from 'tenax/simulation';
import { OPTION_NAMES } from '../../lib/engine/policy.js';
import { grammar } from '../../lib/json/grammar.js';
import { LocalLimiter } from '../../lib/limits/local-limiter.js';
import { thrown } from '../thrown.js';
import { ROOT } from './blocks.js';

const chapter = readFileSync(join(ROOT, 'docs/options.md'), 'utf8');

/** The first column of the tables under a heading, up to the next heading. */
function cellsUnder(heading: string): string[] {
  const [, rest = ''] = chapter.split(new RegExp(`^#+ ${heading.replaceAll(/[()]/g, '\\$&')}$`, 'm'));
  const section = rest.split(/^#/m)[0] ?? '';
  return [...section.matchAll(/^\| (`[^|]*) \|/gm)].map(([, cell]) => cell as string);
}

/** The options in these columns. */
const optionsUnder = (heading: string): string[] =>
  cellsUnder(heading).flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name as string));

/** All options that a function takes: it names them when it is given something else in their place. */
async function optionsOf(take: (options: never) => unknown): Promise<string[]> {
  const { message } = await thrown<Error>((async () => take(null as never))());
  const [, names = ''] = /takes an object with (.*), got null$/.exec(message) ?? [];
  return names.split(', ');
}

/** A value for each option of a client: what is undefined counts as left out, whatever its name. */
const clientOptions = {
  stop: stop.never,
  wait: wait.none(),
  reraise: true,
  retryIf: retryIf.never,
  methods: ['GET'],
  idempotencyKey: true,
  beforeAttempt: (request: never) => request,
  refresh: () => undefined,
  refreshOn: [401],
  logger: console,
  idleTimeout: 1000,
  resume: true,
};

describe('docs/options.md', () => {
  test('names every option of a policy, and no other', () => {
    expect(optionsUnder('A policy: `RetryOptions`').sort()).toEqual([...OPTION_NAMES].sort());
  });

  test.each<[string, (option: string) => unknown]>([
    ['A policy: `RetryOptions`', (option) => new Retrying({ stop: stop.never, [option]: undefined })],
    [
      'Clients: `RetryingAxios` and `retryingFetch`',
      (option) => {
        const given = { [option]: clientOptions[option as keyof typeof clientOptions] };
        return [new RetryingAxios({}, given), retryingFetch(given)];
      },
    ],
    ['`TokenBucket`', (option) => new TokenBucket({ [option]: undefined, rate: 1 })],
    ['`SlidingWindow`', (option) => new SlidingWindow({ [option]: undefined, limit: 1, window: 1 })],
    ['`ConcurrencyLimiter`', (option) => new ConcurrencyLimiter({ [option]: undefined, limit: 1 })],
    ['`RetryBudget`', (option) => new RetryBudget({ [option]: undefined })],
    ['`CircuitBreaker`', (option) => new CircuitBreaker({ [option]: undefined })],
  ])('names only options that exist: %s', (heading, make) => {
    const options = optionsUnder(heading);
    expect(options.length).toBeGreaterThan(3);
    for (const option of options) expect(() => make(option)).not.toThrow();
  });

  test.each<[string, (options: never) => unknown, elsewhere?: readonly string[]]>([
    ['Clients: `RetryingAxios` and `retryingFetch`', (options) => retryingFetch(options), OPTION_NAMES],
    ['`paginate`', (options) => paginate((() => undefined) as never, '/', options).next()],
    ['Streams', (options) => retryStream(async function* () {} as never, options), OPTION_NAMES],
    ['`TokenBucket`', (options) => new TokenBucket(options)],
    ['`SlidingWindow`', (options) => new SlidingWindow(options)],
    ['`ConcurrencyLimiter`', (options) => new ConcurrencyLimiter(options)],
    ['`RedisTokenBucket`', (options) => new RedisTokenBucket(options)],
    ['`@Throttle`', (options) => Throttle(new TokenBucket({ rate: 1 }), options)],
    ['`RetryBudget`', (options) => new RetryBudget(options)],
    ['`CircuitBreaker`', (options) => new CircuitBreaker(options)],
    ['`simulate`', (options) => simulate({}, options)],
    ['`simulateFleet`', (options) => simulateFleet({}, options)],
  ])('names every option: %s', async (heading, take, elsewhere = []) => {
    const options = await optionsOf(take);
    expect(options.length).toBeGreaterThan(2);
    const named = new Set([...optionsUnder(heading), ...elsewhere]);
    expect(options.filter((option) => !named.has(option))).toEqual([]);
  });

  test('has a table for every limit of a process', () => {
    const limits = Object.entries<unknown>(tenax).filter(
      ([, value]) => typeof value === 'function' && value.prototype instanceof LocalLimiter,
    );
    expect(limits.map(([name]) => name).filter((name) => optionsUnder(`\`${name}\``).length === 0)).toEqual([]);
  });

  test('names every strategy and every hook', () => {
    const text = cellsUnder('Strategies').join('\n');
    const named = new Set([...text.matchAll(/`[^`]*?\.?(\w+)(?=[`(])/g)].map(([, name]) => name));
    const factories = [stop, wait, retryIf, before, after, beforeSleep].flatMap((each) => Object.keys(each));
    expect(factories.filter((name) => !named.has(name))).toEqual([]);
    const http = cellsUnder('`retryIfHttp`').join();
    expect(Object.keys(retryIfHttp).filter((name) => !http.includes(`retryIfHttp.${name}(`))).toEqual([]);
  });

  test('names the options of every wait, as it declares them', () => {
    const cells = cellsUnder('Strategies').join();
    for (const [name, { declaration }] of Object.entries(grammar().wait)) {
      if (declaration.options === undefined) continue;
      const [, options = '…'] = new RegExp(`wait\\.${name}\\(\\{ (.*?) \\}\\)`).exec(cells) ?? [];
      if (options === '…') continue;
      expect([name, options.split(', ').sort()]).toEqual([name, Object.keys(declaration.options).sort()]);
    }
  });
});
