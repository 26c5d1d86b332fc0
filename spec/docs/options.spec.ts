import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CircuitBreaker,
  ConcurrencyLimiter,
  RetryBudget,
  Retrying,
  SlidingWindow,
  TokenBucket,
  retryIf,
  stop,
  wait,
} from 'tenax';
import { RetryingAxios } from 'tenax/axios';
import { retryingFetch } from 'tenax/http';
import { OPTION_NAMES } from '../../lib/engine/policy.js';
import { ROOT } from './blocks.js';

const chapter = readFileSync(join(ROOT, 'docs/options.md'), 'utf8');

/** The options in the first column of the tables under a heading, up to the next heading. */
function optionsUnder(heading: string): string[] {
  const [, rest = ''] = chapter.split(new RegExp(`^#+ ${heading.replaceAll(/[()]/g, '\\$&')}$`, 'm'));
  const section = rest.split(/^#/m)[0] ?? '';
  return [...section.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell]) =>
    [...(cell ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name as string),
  );
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
});
