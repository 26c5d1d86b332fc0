import type { Clock, Limit } from 'tenax';
import type { FetchRequest } from 'tenax/http';
import { recipe } from './recipe.js';
import { FixedWindow, Log } from './server-limits.js';
import { VirtualApi, type ApiAnswer, type Handler } from './virtual-api.js';

const MINUTE = 60_000;
const { discord, routeOf } = recipe<{
  discord: (clock: Clock) => Limit<FetchRequest>[];
  routeOf: (request: Pick<FetchRequest, 'method' | 'url'>) => string;
}>('discord');

/** Fifty a second for all, and for each route a limit that only the headers tell. */
function server(limit: number, window: number): Handler {
  const all = new Log(50, 1000);
  const routes = new Map<string, FixedWindow>();
  return ({ method, url }, clock): ApiAnswer => {
    const now = clock.now();
    const key = `${method} ${url}`;
    const route = routes.get(key) ?? new FixedWindow(limit, window);
    routes.set(key, route);
    const headers = (): Record<string, string> => ({
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(route.left(now)),
      'x-ratelimit-reset': (now / 1000 + route.resetAfter(now) / 1000).toFixed(3),
      'x-ratelimit-reset-after': (route.resetAfter(now) / 1000).toFixed(3),
      'x-ratelimit-bucket': key,
    });
    if (all.left(now) < 1) return { status: 429, headers: { 'retry-after': '1', 'x-ratelimit-global': 'true' } };
    if (!route.take(now)) return { status: 429, headers: { ...headers(), 'retry-after': '1' } };
    all.take(now);
    return { headers: headers() };
  };
}

const send = (channel: number) => ({
  url: `https://discord.com/api/v10/channels/${100_000_000_000_000_000n + BigInt(channel)}/messages`,
  method: 'POST',
  body: '{}',
});

describe('the recipe for Discord', () => {
  test('learns the limit of each route from the answers, without a refusal', async () => {
    const api = new VirtualApi(server(5, 5000));
    await api.load(discord(api.clock), (_, caller) => send(caller % 8), { callers: 16, ms: MINUTE });
    expect(api.refused).toBe(0);
    expect(api.succeeded / (8 * 5 * 12)).toBeGreaterThanOrEqual(0.98);
  });

  test('sends fifty requests a second over all routes without a refusal', async () => {
    const api = new VirtualApi(server(1000, 1000));
    await api.load(discord(api.clock), (_, caller) => send(caller % 20), { callers: 40, ms: 20_000 });
    expect(api.refused).toBe(0);
    expect(api.succeeded / (20 * 50)).toBeGreaterThanOrEqual(0.98);
  });

  test('takes routes together that differ in the id of a message, and apart that differ in the channel', () => {
    const url = 'https://discord.com/api/v10/channels/111111111111111111/messages/222222222222222222';
    expect(routeOf({ method: 'PATCH', url })).toBe('PATCH /api/v10/channels/111111111111111111/messages/{id}');
  });
});
