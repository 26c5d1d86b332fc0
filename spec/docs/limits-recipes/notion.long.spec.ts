import type { Clock, RateLimiter } from 'tenax';
import { recipe } from './recipe.js';
import { Leaky } from './server-limits.js';
import { VirtualApi } from './virtual-api.js';

const MINUTE = 60_000;
const { notion } = recipe<{ notion: (clock: Clock) => RateLimiter }>('notion');

describe('the recipe for Notion', () => {
  test('sends three requests a second without a refusal', async () => {
    const bucket = new Leaky(3, 4);
    const api = new VirtualApi((_request, clock) =>
      bucket.take(clock.now()) ? {} : { status: 429, headers: { 'retry-after': '1' } },
    );
    await api.load(notion(api.clock), () => ({ url: 'https://api.notion.com/v1/pages' }), {
      callers: 5,
      ms: 5 * MINUTE,
    });
    expect(api.refused).toBe(0);
    expect(api.succeeded / (300 * 3)).toBeGreaterThanOrEqual(0.98);
  });
});
