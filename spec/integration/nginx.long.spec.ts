import { Agent } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import axios from 'axios';
import { stop, TokenBucket } from 'tenax';
import { RetryingAxios, type AxiosRetryOptions } from 'tenax/axios';
import { describeWithNginx, NginxServer } from './nginx-server.js';

const RATE = 50;
const PAGES = 300;
const CALLERS = 20;

// Real time: the limit is nginx' own, on its own clock.
describeWithNginx('against a real nginx with limit_req at 50 requests a second', () => {
  let nginx: NginxServer;
  let agent: Agent;
  beforeEach(async () => {
    nginx = await NginxServer.start({ rate: RATE, burst: 5, pages: PAGES });
    agent = new Agent({ keepAlive: true });
  });
  afterEach(async () => {
    agent.destroy();
    await nginx.close();
  });

  /** 20 callers share the pages; answers what arrived, what was refused on the way, and the milliseconds it took. */
  async function fetchAll(options: AxiosRetryOptions, signal?: AbortSignal) {
    let refusals = 0;
    const http = axios.create({ baseURL: nginx.url, httpAgent: agent });
    const api = new RetryingAxios(http, {
      ...options,
      beforeSleep: () => {
        refusals += 1;
      },
    });
    const pages: number[] = [];
    let next = 1;
    const started = performance.now();
    const caller = async (): Promise<void> => {
      while (next <= PAGES) {
        const page = next;
        next += 1;
        const { data } = await api.get<{ page: number }>(`/${page}.json`, { signal });
        pages.push(data.page);
      }
    };
    const results = await Promise.allSettled(Array.from({ length: CALLERS }, caller));
    return { pages, refusals, results, took: performance.now() - started };
  }
  const every = Array.from({ length: PAGES }, (_, i) => i + 1);

  test('a bucket at that rate brings every page in at most 1.1 times what the rate allows', async () => {
    const limiter = new TokenBucket({ rate: RATE, capacity: 5 });
    const { pages, results, took } = await fetchAll({ limiter });
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(pages.sort((a, b) => a - b)).toEqual(every);
    expect(took).toBeLessThan(((PAGES - 5) / RATE) * 1000 * 1.1);
  }, 30_000);

  test('without a bucket every page arrives, through retries alone', async () => {
    const { pages, results, refusals } = await fetchAll({ stop: stop.afterDelay(60_000) });
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(pages.sort((a, b) => a - b)).toEqual(every);
    expect(refusals).toBeGreaterThan(0);
  }, 90_000);

  test('a cancelled job ends within 50 ms and leaves no timer and no socket of its own', async () => {
    const controller = new AbortController();
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    const job = fetchAll({ limiter: new TokenBucket({ rate: RATE, capacity: 5 }) }, controller.signal);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const cancelled = performance.now();
    controller.abort(new Error('enough'));
    const { results } = await job;
    expect(performance.now() - cancelled).toBeLessThan(50);
    expect(results.every((result) => result.status === 'rejected' && axios.isCancel(result.reason))).toBe(true);
    // A destroyed socket says so in a later turn of the event loop.
    while (Object.keys(agent.sockets).length > 0 && performance.now() - cancelled < 50) await setImmediate();
    expect(Object.keys(agent.sockets)).toEqual([]);
    // Idle sockets have timers of the agent's own; jest may have had one that is over.
    agent.destroy();
    const until = performance.now() + 200;
    while (timers() > before && performance.now() < until) await setImmediate();
    expect(timers()).toBeLessThanOrEqual(before);
  }, 10_000);
});
