import type { Clock, Limit } from 'tenax';
import type { FetchRequest } from 'tenax/http';
import { recipe } from './recipe.js';
import { Log } from './server-limits.js';
import { VirtualApi, type Handler } from './virtual-api.js';

const MINUTE = 60_000;
const { openai } = recipe<{ openai: (clock: Clock) => Limit<FetchRequest>[] }>('openai');

const requestOf = (question: string, most: number) => ({
  url: 'https://api.openai.com/v1/chat/completions',
  method: 'POST',
  body: JSON.stringify({ messages: [{ role: 'user', content: question }], max_completion_tokens: most }),
});

/** OpenAI counts requests, and the larger of max_completion_tokens and characters ÷ 4. */
function server(): Handler {
  const requests = new Log(500, MINUTE);
  const tokens = new Log(30_000, MINUTE);
  return async ({ body }, clock) => {
    const { messages, max_completion_tokens: most } = JSON.parse(body) as {
      messages: unknown;
      max_completion_tokens: number;
    };
    const cost = Math.max(most, Math.ceil(JSON.stringify(messages).length / 4));
    const now = clock.now();
    const granted = requests.left(now) >= 1 && tokens.left(now) >= cost;
    if (granted) {
      requests.take(now);
      tokens.take(now, cost);
      await clock.sleep(1500);
    }
    const at = clock.now();
    const headers = {
      'x-ratelimit-limit-requests': '500',
      'x-ratelimit-limit-tokens': '30000',
      'x-ratelimit-remaining-requests': String(requests.left(at)),
      'x-ratelimit-remaining-tokens': String(tokens.left(at)),
      'x-ratelimit-reset-requests': `${requests.resetAfter(at) / 1000}s`,
      'x-ratelimit-reset-tokens': `${Math.round(tokens.resetAfter(at))}ms`,
    };
    if (!granted) return { status: 429, headers };
    return { headers, body: { usage: { prompt_tokens: 20, completion_tokens: 100, total_tokens: 120 } } };
  };
}

describe('the recipe for OpenAI', () => {
  test('sends 500 requests a minute without a refusal', async () => {
    const api = new VirtualApi(server());
    await api.load(openai(api.clock), () => requestOf('Why?', 50), { callers: 40, ms: 2 * MINUTE });
    expect(api.refused).toBe(0);
    expect(api.succeeded / (2 * 500)).toBeGreaterThanOrEqual(0.98);
  });

  test('uses 30,000 tokens a minute without a refusal', async () => {
    const api = new VirtualApi(server());
    await api.load(openai(api.clock), (i) => requestOf('x'.repeat(i % 400), 600), { callers: 40, ms: 2 * MINUTE });
    expect(api.refused).toBe(0);
    expect((api.succeeded * 600) / (2 * 30_000)).toBeGreaterThanOrEqual(0.98);
  });
});
