import type { Clock, Limit } from 'tenax';
import type { FetchRequest } from 'tenax/http';
import { recipe } from './recipe.js';
import { Log } from './server-limits.js';
import { seconds, VirtualApi, type Handler } from './virtual-api.js';

const MINUTE = 60_000;
const { slack } = recipe<{ slack: (clock: Clock) => Limit<FetchRequest>[] }>('slack');
const TIERS: Record<string, number> = { 'conversations.list': 20, 'conversations.history': 50, 'users.info': 100 };

/** A limit for each method, and one for each channel that is written to. */
function server(): Handler {
  const methods = new Map(Object.entries(TIERS).map(([method, limit]) => [method, new Log(limit, MINUTE)]));
  const channels = new Map<string, Log>();
  return ({ url, body }, clock) => {
    const method = url.split('/').at(-1) as string;
    let log = methods.get(method);
    if (log === undefined) {
      const { channel } = JSON.parse(body) as { channel: string };
      log = channels.get(channel) ?? new Log(1, 1000);
      channels.set(channel, log);
    }
    const now = clock.now();
    if (log.take(now)) return { body: { ok: true } };
    return { status: 429, headers: { 'retry-after': seconds(log.resetAfter(now)) } };
  };
}

describe('the recipe for Slack', () => {
  test('calls each method as often as its tier allows, without a refusal', async () => {
    const api = new VirtualApi(server());
    const methods = Object.keys(TIERS);
    await api.load(slack(api.clock), (_, caller) => ({ url: `https://slack.com/api/${methods[caller % 3]}` }), {
      callers: 30,
      ms: 2 * MINUTE,
    });
    expect(api.refused).toBe(0);
    expect(api.succeeded / (2 * 170)).toBeGreaterThanOrEqual(0.98);
  });

  test('writes one message a second to each of several channels, without a refusal', async () => {
    const api = new VirtualApi(server());
    const write = (_: number, caller: number) => ({
      url: 'https://slack.com/api/chat.postMessage',
      method: 'POST',
      body: JSON.stringify({ channel: `C${caller % 5}` }),
    });
    await api.load(slack(api.clock), write, { callers: 10, ms: MINUTE });
    expect(api.refused).toBe(0);
    expect(api.succeeded / (5 * 60)).toBeGreaterThanOrEqual(0.98);
  });
});
