import { Agent } from 'node:http';
import axios from 'axios';
import { allOf, ConcurrencyLimiter, TokenBucket } from 'tenax';
import { RetryingAxios } from 'tenax/axios';
import { describeWithNginx, NginxServer } from './nginx-server.js';

const RATE = 50;
const CAPACITY = 5;
const SLOTS = 40;
const REQUESTS = 600;
const CALLERS = 60;

// Real time: the limits are nginx' own, on its own clock.
describeWithNginx('against a real nginx with limit_req and limit_conn', () => {
  let nginx: NginxServer;
  let agent: Agent;
  beforeEach(async () => {
    // The capacity and two, since nginx counts whole milliseconds; and 200 ms in which a busy machine may stand still.
    nginx = await NginxServer.start({ rate: RATE, burst: CAPACITY + 2 + RATE / 5, pages: 1, connections: SLOTS });
    agent = new Agent({ keepAlive: true });
  });
  afterEach(async () => {
    agent.destroy();
    await nginx.close();
  });

  test('a combination of rate and slots is refused nothing, and uses at least 98 % of the rate', async () => {
    const limiter = allOf(
      new TokenBucket({ rate: RATE, capacity: CAPACITY }),
      // A slot of nginx is free a moment after its answer has arrived.
      new ConcurrencyLimiter({ limit: SLOTS - 1 }),
    );
    const statuses = new Map<number, number>();
    const http = axios.create({ baseURL: nginx.url, httpAgent: agent, validateStatus: () => true });
    const api = new RetryingAxios(http, { limiter, retryIf: () => false } as never);
    let left = REQUESTS;
    const started = performance.now();
    const caller = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const { status } = await api.get('/1.json');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    const took = performance.now() - started;
    expect([...statuses]).toEqual([[200, REQUESTS]]);
    expect((REQUESTS - CAPACITY) / (took / 1000) / RATE).toBeGreaterThanOrEqual(0.98);
  }, 60_000);

  test('without limits of our own nginx refuses some', async () => {
    const statuses = new Set<number>();
    const get = async (): Promise<void> => {
      const { status } = await axios.get(`${nginx.url}/1.json`, { httpAgent: agent, validateStatus: () => true });
      statuses.add(status);
    };
    await Promise.all(Array.from({ length: CALLERS }, get));
    expect(statuses.has(429) || statuses.has(503)).toBe(true);
  });
});
