import type { Clock, Limit } from 'tenax';
import type { FetchRequest } from 'tenax/http';
import { recipe } from './recipe.js';
import { Log } from './server-limits.js';
import { VirtualApi, type ApiAnswer, type Handler } from './virtual-api.js';

const MINUTE = 60_000;
const { stripe } = recipe<{ stripe: (clock: Clock, slots?: number) => Limit<FetchRequest>[] }>('stripe');

/** A hundred a second, 25 for each endpoint, and so many at once. */
function server(atOnce: number, work: number): Handler {
  const all = new Log(100, 1000);
  const endpoints = new Map<string, Log>();
  let inFlight = 0;
  return async ({ method, url }, clock) => {
    const now = clock.now();
    const key = `${method} ${new URL(url).pathname.split('/')[2]}`;
    const endpoint = endpoints.get(key) ?? new Log(25, 1000);
    endpoints.set(key, endpoint);
    const refuse = (reason: string): ApiAnswer => ({ status: 429, headers: { 'stripe-rate-limited-reason': reason } });
    if (inFlight >= atOnce) return refuse('global-concurrency');
    if (all.left(now) < 1) return refuse('global-rate');
    if (!endpoint.take(now)) return refuse('endpoint-rate');
    all.take(now);
    inFlight += 1;
    await clock.sleep(work);
    inFlight -= 1;
    return {};
  };
}
/** Five endpoints, and each time another object of them. */
const ENDPOINTS = [
  'payment_intents/pi',
  'setup_intents/seti',
  'tax_rates/txr',
  'customers/cus',
  'checkout/sessions/cs_test',
];
let objects = 0;
const get = (endpoint: number) => ({
  url: `https://api.stripe.com/v1/${ENDPOINTS[endpoint]}_${(objects += 1)}MtwBwLkdIwHu`,
});

describe('the recipe for Stripe', () => {
  test('sends a hundred requests a second over several endpoints, without a refusal', async () => {
    const api = new VirtualApi(server(50, 200));
    await api.load(stripe(api.clock), (i) => get(i % 5), { callers: 50, ms: 15_000 });
    expect(api.refused).toBe(0);
    expect(api.succeeded / (15 * 100)).toBeGreaterThanOrEqual(0.98);
  });

  test('sends 25 a second to one endpoint, without a refusal', async () => {
    const api = new VirtualApi(server(50, 200));
    await api.load(stripe(api.clock), () => get(1), { callers: 20, ms: 30_000 });
    expect(api.refused).toBe(0);
    expect(api.succeeded / (30 * 25)).toBeGreaterThanOrEqual(0.98);
  });

  test('keeps all slots busy and no more, where requests take long', async () => {
    const api = new VirtualApi(server(20, 2000));
    await api.load(stripe(api.clock, 20), (i) => get(i % 5), { callers: 40, ms: MINUTE });
    expect(api.refused).toBe(0);
    expect(api.meanInFlight / 20).toBeGreaterThanOrEqual(0.98);
  });

  test('finds a lower limit of requests at once with a refusal in twenty at most', async () => {
    const api = new VirtualApi(server(20, 2000));
    await api.load(stripe(api.clock, 50), (i) => get(i % 5), { callers: 60, ms: 3 * MINUTE });
    expect(api.refused / api.succeeded).toBeLessThan(1 / 20);
    // Twenty at once, 2 s each.
    expect(api.succeeded / (180 * 10)).toBeGreaterThan(0.75);
  });
});
