import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { atRate, excess } from '../limits/bound';
import { describeWithRedis, RedisServer } from './redis-server';
import type { Done, Span, Work } from './redis-worker';

const RATE = 100;
const CAPACITY = 10;
const PROCESSES = 4;

const now = (): number => performance.timeOrigin + performance.now();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts a process; resolves when it is ready, with how to set it to work. */
async function worker(work: Work): Promise<(span: Span) => Promise<Done>> {
  const child = fork(join(__dirname, 'redis-worker.ts'), [JSON.stringify(work)], { execArgv: ['--import', 'tsx'] });
  await once(child, 'message');
  return async (span) => {
    child.send(span);
    const [done] = (await once(child, 'message')) as [Done];
    child.disconnect();
    return done;
  };
}

// Real time: four processes, on the server's clock.
describeWithRedis('Four processes of 25 callers on one key', () => {
  let server: RedisServer;
  beforeEach(async () => void (server = await RedisServer.start()));
  afterEach(() => server.kill());

  /** Sets the processes to work; answers when they begin, and what they did. */
  async function begin(
    client: string,
    ms: number,
    options: object = {},
  ): Promise<{ from: number; work: Promise<Done[]> }> {
    const bucket = { key: 'shared', rate: RATE, capacity: CAPACITY, ...options };
    const work = { client, port: server.port, bucket, callers: 25 };
    const workers = await Promise.all(Array.from({ length: PROCESSES }, () => worker(work)));
    const from = now() + 100;
    return { from, work: Promise.all(workers.map((set) => set({ from, until: from + ms }))) };
  }
  const granted = (done: Done[]): number[] => done.flatMap(({ grants }) => grants).sort((a, b) => a - b);

  const eitherClient = test.each(['ioredis', 'node-redis']);
  eitherClient(
    'get capacity + rate · t, never more and at least 97 %, for about a command each: %s',
    async (client) => {
      const { work } = await begin(client, 3000);
      const grants = granted(await work);
      const first = grants[0]!;
      const over = excess(
        atRate(
          RATE,
          grants.map((at) => ({ at: at - first, tokens: 1 })),
        ),
        CAPACITY,
      );
      // A grant is noted when its process has the time to: ten milliseconds of the rate.
      expect(over).toBeLessThanOrEqual(1);
      const promised = CAPACITY + ((grants.at(-1)! - first) * RATE) / 1000;
      expect(grants.length).toBeGreaterThanOrEqual(0.97 * promised);
      const { evalsha = 0, eval: whole = 0, other } = await server.commands();
      expect(evalsha + whole).toBeLessThanOrEqual(grants.length * 1.1 + 2 * PROCESSES);
      expect(other).toBe(0);
    },
    30_000,
  );

  test('go on with their shares while the server is away, and together when it is back', async () => {
    const { from, work } = await begin('ioredis', 5000, { onUnavailable: 'local', processes: PROCESSES, timeout: 300 });
    await sleep(from + 1000 - now());
    await server.kill();
    const away = now();
    await sleep(2000);
    await server.restart();
    const back = now();
    const done = await work;
    expect(done.flatMap(({ failures }) => failures)).toEqual([]);
    for (const { grants } of done) {
      const alone = grants.filter((at) => at > away + 400 && at < back);
      const share = (RATE / PROCESSES) * ((back - away - 400) / 1000);
      // Each begins with nothing, and holds at most its part of the capacity.
      expect(alone.length).toBeLessThanOrEqual(share + CAPACITY / PROCESSES + 1);
      expect(alone.length).toBeGreaterThanOrEqual(share * 0.8);
    }
    const together = granted(done).filter((at) => at > back + 500);
    const seconds = (together.at(-1)! - together[0]!) / 1000;
    expect(together.length).toBeLessThanOrEqual(CAPACITY + RATE * seconds + 1);
    expect(together.length).toBeGreaterThanOrEqual(RATE * seconds * 0.9);
  }, 30_000);

  test('fail within a second while the server is away, and go on when it is back', async () => {
    const { from, work } = await begin('node-redis', 4000);
    await sleep(from + 1000 - now());
    await server.kill();
    const away = now();
    await sleep(1500);
    await server.restart();
    const back = now();
    const done = await work;
    const failures = done.flatMap((each) => each.failures);
    expect(failures.length).toBeGreaterThanOrEqual(25 * PROCESSES);
    expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(['TENAX_LIMITER_UNAVAILABLE']));
    // Who waited at that moment, and who came later, knows within the timeout of a second.
    expect(Math.max(...failures.map(({ at, after }) => Math.min(after, at - away)))).toBeLessThan(1100);
    for (const each of done) {
      expect(Math.min(...each.failures.map(({ at }) => at)) - away).toBeLessThan(1100);
      expect(each.grants.filter((at) => at > back + 300).length).toBeGreaterThan(0);
    }
  }, 30_000);
});
