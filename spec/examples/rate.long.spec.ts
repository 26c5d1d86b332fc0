import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { merge } from '../../docs/examples/sync/parts';
import { describeWithNginx } from '../integration/nginx-server';
import { describeWithRedis, RedisServer } from '../integration/redis-server';
import { fresh, itemsIn, start } from './main-job';
import { SlowApi, type Style } from './slow-api';

const RATE = 20;
const CAPACITY = 5;
const PAGES = 150;
const ids = Array.from({ length: PAGES * 5 }, (_, i) => i);

const serve = (style: Style, pages = PAGES): Promise<SlowApi> =>
  SlowApi.start({ pages, style, rate: RATE, burst: CAPACITY + 2 });

/** The share of the rate that was used, from the first request to the last. */
const share = ({ passed, seconds }: SlowApi['traffic']): number => (passed - 1) / (RATE * seconds);

// Real processes, real servers and real time.
describeWithNginx('the main job, behind 200 ms and a limit of 20 requests a second,', () => {
  test.each(['page', 'link'] as const)(
    'uses 95 %% of the rate without a 429, and gets all items in order (%s style)',
    async (style) => {
      const api = await serve(style);
      const out = fresh();
      const { code, output } = await start(
        '--url',
        `${api.url}/items`,
        '--rate',
        String(RATE),
        '--per-page',
        '5',
        '--out',
        out,
      ).ended;
      const { traffic } = api;
      await api.close();
      expect({ code, output }).toMatchObject({ code: 0 });
      expect(itemsIn(out)).toEqual(ids);
      expect(traffic.refused).toBe(0);
      // In page style nothing says where the end is: seven requests may go past the empty page.
      expect(traffic.passed).toBeLessThanOrEqual(style === 'link' ? PAGES + 1 : PAGES + 8);
      expect(share(traffic)).toBeGreaterThanOrEqual(0.95);
    },
    60_000,
  );

  test('follows cursors, one request after the other', async () => {
    const api = await serve('cursor', 20);
    const out = fresh();
    const { code } = await start('--url', `${api.url}/items`, '--rate', String(RATE), '--per-page', '5', '--out', out)
      .ended;
    const { traffic } = api;
    await api.close();
    expect([code, traffic.passed, traffic.refused]).toEqual([0, 20, 0]);
    expect(itemsIn(out)).toEqual(ids.slice(0, 100));
  }, 60_000);
});

describeWithRedis('four copies of the main job', () => {
  describeWithNginx('through one nginx with a limit of 20 requests a second', () => {
    test('use 97 % of the rate without a 429, and lose and double nothing though one of them is killed', async () => {
      const [redis, api] = await Promise.all([RedisServer.start(), serve('link')]);
      const out = fresh();
      const args = ['--url', `${api.url}/items`, '--rate', String(RATE), '--per-page', '5', '--out', out];
      const copies = Array.from({ length: 4 }, () => start(...args, '--redis', `redis://127.0.0.1:${redis.port}`));
      const all = Promise.all(copies.map((copy) => copy.ended));
      let isOver = false;
      void all.then(() => (isOver = true));
      while (api.requests < PAGES / 3 && !isOver) await new Promise((resolve) => setTimeout(resolve, 10));
      copies[1]!.kill('SIGKILL');
      const ended = await all;
      const { traffic } = api;
      await Promise.all([redis.kill(), api.close()]);
      expect(ended.map(({ code }) => code)).toEqual([0, null, 0, 0]);
      const parts = readdirSync(dirname(out)).map((name) => `${dirname(out)}/${name}`);
      merge(parts, out);
      expect(itemsIn(out)).toEqual(ids);
      expect(traffic.refused).toBe(0);
      expect(share(traffic)).toBeGreaterThanOrEqual(0.97);
    }, 150_000);
  });
});
