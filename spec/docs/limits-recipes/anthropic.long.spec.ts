import type { Clock, Limit } from 'tenax';
import type { FetchRequest } from 'tenax/http';
import { recipe } from './recipe.js';
import { Leaky } from './server-limits.js';
import { seconds, VirtualApi, type Handler } from './virtual-api.js';

const MINUTE = 60_000;
const { anthropic } = recipe<{ anthropic: (clock: Clock) => Limit<FetchRequest, Response>[] }>('anthropic');

const requestOf = (question: string, most: number) => ({
  url: 'https://api.anthropic.com/v1/messages',
  method: 'POST',
  body: JSON.stringify({ messages: [{ role: 'user', content: question }], max_tokens: most }),
});

/** Three token buckets: input counts as it comes, output with max_tokens at first and as it was in the end. */
function server(outputOf: (most: number) => number, used: { tokens: number }): Handler {
  const buckets = {
    requests: new Leaky(50 / 60, 50),
    'input-tokens': new Leaky(30_000 / 60, 30_000),
    'output-tokens': new Leaky(8000 / 60, 8000),
  };
  return async ({ body }, clock) => {
    const { messages, max_tokens: most } = JSON.parse(body) as { messages: unknown; max_tokens: number };
    const input = Math.ceil(JSON.stringify(messages).length / 4);
    const costs = { requests: 1, 'input-tokens': input, 'output-tokens': most };
    const now = clock.now();
    const all = Object.entries(buckets) as [keyof typeof buckets, Leaky][];
    if (all.some(([unit, bucket]) => bucket.left(now) < costs[unit])) {
      const waits = all.map(([unit, bucket]) => ((costs[unit] - bucket.left(now)) / bucket.rate) * 1000);
      return { status: 429, headers: { 'retry-after': seconds(Math.max(...waits)) } };
    }
    for (const [unit, bucket] of all) bucket.take(now, costs[unit]);
    const output = outputOf(most);
    used.tokens += output;
    await clock.sleep(output * 5);
    const at = clock.now();
    buckets['output-tokens'].giveBack(at, most - output);
    const headers: Record<string, string> = {};
    for (const [unit, bucket] of all) {
      const left = bucket.left(at);
      headers[`anthropic-ratelimit-${unit}-limit`] = String(bucket.capacity);
      headers[`anthropic-ratelimit-${unit}-remaining`] = String(
        unit === 'requests' ? Math.floor(left) : Math.round(left / 1000) * 1000,
      );
      headers[`anthropic-ratelimit-${unit}-reset`] = new Date(at + bucket.resetAfter(at)).toISOString();
    }
    return { headers, body: { usage: { input_tokens: input, output_tokens: output } } };
  };
}

describe('the recipe for Anthropic', () => {
  test('uses the output tokens of a minute without a refusal although answers are shorter than max_tokens', async () => {
    const used = { tokens: 0 };
    const api = new VirtualApi(server((most) => most * 0.4, used));
    await api.load(anthropic(api.clock), () => requestOf('Why?', 600), { callers: 20, ms: 10 * MINUTE });
    expect(api.refused).toBe(0);
    // What is there at first, and what ten minutes bring.
    expect(used.tokens / (11 * 8000)).toBeGreaterThanOrEqual(0.98);
  });

  test('sends as many requests a minute as there may be, without a refusal', async () => {
    const api = new VirtualApi(server((most) => most, { tokens: 0 }));
    await api.load(anthropic(api.clock), () => requestOf('Why?', 50), { callers: 20, ms: 10 * MINUTE });
    expect(api.refused).toBe(0);
    expect(api.succeeded / (11 * 50)).toBeGreaterThanOrEqual(0.98);
  });

  test('uses the input tokens of a minute without a refusal', async () => {
    const api = new VirtualApi(server((most) => most, { tokens: 0 }));
    await api.load(anthropic(api.clock), () => requestOf('x'.repeat(8000), 10), { callers: 20, ms: 10 * MINUTE });
    expect(api.refused).toBe(0);
    const input = Math.ceil(JSON.stringify([{ role: 'user', content: 'x'.repeat(8000) }]).length / 4);
    expect((api.succeeded * input) / (11 * 30_000)).toBeGreaterThanOrEqual(0.98);
  });
});
