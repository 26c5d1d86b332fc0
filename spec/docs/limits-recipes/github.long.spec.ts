import { wait, type Clock, type Limit } from 'tenax';
import type { FetchRequest } from 'tenax/http';
import { recipe } from './recipe.js';
import { FixedWindow, Log } from './server-limits.js';
import { seconds, VirtualApi, type Handler } from './virtual-api.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const { github } = recipe<{ github: (clock: Clock) => Limit<FetchRequest>[] }>('github');

/** GitHub's REST API: the primary limit in x-ratelimit headers, the secondary ones in retry-after. */
function server(perHour = 5000): Handler {
  const primary = new FixedWindow(perHour, HOUR);
  const points = new Log(900, MINUTE);
  const content = [new Log(80, MINUTE), new Log(500, HOUR)];
  let atOnce = 0;
  return async ({ method }, clock) => {
    const now = clock.now();
    const headers = (): Record<string, string> => ({
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': String(primary.left(clock.now())),
      'x-ratelimit-reset': seconds(clock.now() + primary.resetAfter(clock.now())),
      'x-ratelimit-resource': 'core',
    });
    if (!primary.take(now)) return { status: 403, headers: headers() };
    const secondary =
      atOnce < 100 &&
      points.take(now, method === 'GET' ? 1 : 5) &&
      (method !== 'POST' || content.every((log) => log.take(now)));
    if (!secondary) return { status: 403, headers: { ...headers(), 'retry-after': '60' } };
    atOnce += 1;
    await clock.sleep(100);
    atOnce -= 1;
    return { headers: headers() };
  };
}

const read = { url: 'https://api.github.com/user' };

describe('the recipe for GitHub REST', () => {
  test('reads 900 a minute without a refusal', async () => {
    const api = new VirtualApi(server());
    await api.load(github(api.clock), () => read, { callers: 120, ms: MINUTE });
    expect(api.refused).toBe(0);
    expect(api.succeeded / 900).toBeGreaterThanOrEqual(0.98);
  });

  test('writes 80 a minute and 500 an hour without a refusal', async () => {
    const api = new VirtualApi(server());
    const create = { url: 'https://api.github.com/repos/o/r/issues', method: 'POST', body: '{}' };
    await api.load(github(api.clock), () => create, { callers: 20, ms: HOUR + 7 * MINUTE });
    expect(api.refused).toBe(0);
    expect(api.succeeded / 1000).toBeGreaterThanOrEqual(0.98);
  });

  test('uses the hour of a user without a refusal, and goes on with the next', async () => {
    const api = new VirtualApi(server());
    await api.load(github(api.clock), () => read, { callers: 20, ms: HOUR + 7 * MINUTE });
    expect(api.refused).toBe(0);
    expect(api.succeeded / 10_000).toBeGreaterThanOrEqual(0.98);
  });

  test('meets a refusal for each caller at most when another program uses up the hour', async () => {
    const api = new VirtualApi(server(500));
    const policy = { callers: 10, ms: HOUR + MINUTE, wait: wait.retryAfter({ max: HOUR }) };
    await api.load(github(api.clock), () => read, policy);
    expect(api.refused).toBeLessThanOrEqual(10);
    expect(api.succeeded / (2 * 500)).toBeGreaterThanOrEqual(0.98);
  });
});
