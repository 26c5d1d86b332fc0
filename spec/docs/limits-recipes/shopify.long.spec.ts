import { TokenBucket, type Clock, type Limit } from 'tenax';
import type { FetchRequest } from 'tenax/http';
import { recipe } from './recipe.js';
import { Leaky } from './server-limits.js';
import { VirtualApi, type Handler } from './virtual-api.js';

const MINUTE = 60_000;
const { shopify } = recipe<{
  shopify: (requestedCost: (query: string) => number, clock: Clock) => Limit<FetchRequest, Response>[];
}>('shopify');

const REQUESTED = 250;
const ACTUAL = 60;
const query = { url: 'https://shop.myshopify.com/admin/api/graphql.json', method: 'POST', body: '{"query":"{shop}"}' };

/** Takes the requested cost, and gives back what the query did not use. A refusal is a 200 as well. */
function server(throttled: { times: number }): Handler {
  const points = new Leaky(100, 2000);
  return async (_request, clock) => {
    const granted = points.take(clock.now(), REQUESTED);
    if (granted) {
      await clock.sleep(200);
      points.giveBack(clock.now(), REQUESTED - ACTUAL);
    } else throttled.times += 1;
    return {
      body: {
        ...(granted ? { data: {} } : { errors: [{ extensions: { code: 'THROTTLED' } }] }),
        extensions: {
          cost: {
            requestedQueryCost: REQUESTED,
            actualQueryCost: granted ? ACTUAL : null,
            throttleStatus: {
              maximumAvailable: 2000,
              currentlyAvailable: Math.floor(points.left(clock.now())),
              restoreRate: 100,
            },
          },
        },
      },
    };
  };
}

describe('the recipe for Shopify', () => {
  test('spends the points of GraphQL without a refusal although queries cost less than they request', async () => {
    const throttled = { times: 0 };
    const api = new VirtualApi(server(throttled));
    await api.load(
      shopify(() => REQUESTED, api.clock),
      () => query,
      { callers: 10, ms: 2 * MINUTE },
    );
    expect(throttled.times).toBe(0);
    expect((api.succeeded * ACTUAL) / (2000 + 120 * 100)).toBeGreaterThanOrEqual(0.98);
  });

  test('follows the bucket of the REST API when another app has emptied it', async () => {
    const bucket = new Leaky(2, 40);
    bucket.take(0, 35);
    const api = new VirtualApi((_request, clock) => {
      const granted = bucket.take(clock.now());
      const used = Math.ceil(40 - bucket.left(clock.now()));
      return {
        status: granted ? 200 : 429,
        headers: { 'x-shopify-shop-api-call-limit': `${used}/40`, ...(granted ? {} : { 'retry-after': '2.0' }) },
      };
    });
    const limiter = new TokenBucket({ rate: 2, capacity: 39, clock: api.clock });
    await api.load(limiter, () => ({ url: 'https://shop.myshopify.com/admin/api/products.json' }), {
      callers: 3,
      ms: 5 * MINUTE,
    });
    expect(api.refused).toBe(0);
    expect(api.succeeded / (5 + 600)).toBeGreaterThanOrEqual(0.98);
  });
});
