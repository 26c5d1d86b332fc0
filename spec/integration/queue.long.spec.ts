import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Queue } from 'bullmq';
import { JOB } from '../../docs/examples/queue/durable';
import { atRate, excess } from '../limits/bound';
import { describeWithRedis, RedisServer } from './redis-server';

const RATE = 20;
/** As `startDeliveries` makes it. */
const CAPACITY = RATE / 5;
const PAUSE = 2000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Seen {
  readonly id: string;
  readonly body: string;
  readonly status: number;
  readonly at: number;
}

// Real time: processes, a Redis, and the server that they deliver to.
describeWithRedis('Deliveries of a queue', () => {
  let redis: RedisServer;
  let server: Server;
  let queue: Queue;
  const workers: ChildProcess[] = [];
  const seen: Seen[] = [];
  /** What the server did, by idempotency key. */
  const done = new Map<string, string>();
  let pausedAt: number | undefined;

  async function startWorker(): Promise<ChildProcess> {
    const args = [JSON.stringify({ port: redis.port, rate: RATE })];
    const worker = fork(join(__dirname, 'queue-worker.ts'), args, {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, TSX_TSCONFIG_PATH: join(__dirname, '..', 'tsconfig.json') },
    });
    workers.push(worker);
    await once(worker, 'message');
    return worker;
  }

  function statusOf(id: string, body: string): number {
    if (body === 'malformed') return 400;
    if (body === 'hopeless') return 503;
    if (body === 'unsteady' && !seen.some((each) => each.id === id)) return 503;
    if (pausedAt === undefined && done.size === 15) return 429;
    return 200;
  }

  beforeAll(async () => {
    redis = await RedisServer.start();
    server = createServer((request, response) => {
      void text(request).then(async (body) => {
        const id = String(request.headers['idempotency-key']);
        const status = statusOf(id, body);
        seen.push({ id, body, status, at: performance.now() });
        if (status === 429) {
          pausedAt = performance.now();
          response.setHeader('retry-after', PAUSE / 1000);
        }
        // What it has done is kept, though nobody may be there to hear of it.
        if (status === 200) done.set(id, body);
        await sleep(body === 'slow' ? 500 : 20);
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    queue = new Queue('deliveries', { connection: { port: redis.port } });
  });

  afterAll(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    await queue.close();
    server.closeAllConnections();
    server.close();
    await redis.kill();
  });

  test('a worker that is killed loses nothing and doubles nothing, and the policy decides of all waits', async () => {
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    const orders = Array.from({ length: 40 }, (_, i) => `order ${i}`);
    const bodies = ['order', 'slow', 'slow', 'malformed', 'hopeless', 'unsteady', ...orders];
    await queue.addBulk(bodies.map((body) => ({ name: 'delivery', data: { url, body }, opts: JOB })));

    const first = await startWorker();
    while (!seen.some(({ body }) => body === 'slow')) await sleep(5);
    first.kill('SIGKILL');
    const killedWith = seen.length;
    const others = await Promise.all([startWorker(), startWorker()]);

    const ended = async (): Promise<number> => {
      const { completed = 0, failed = 0 } = await queue.getJobCounts('completed', 'failed');
      return completed + failed;
    };
    while ((await ended()) < bodies.length) await sleep(50);
    const exits = others.map((worker) => once(worker, 'exit'));
    for (const worker of others) worker.send('end');
    await Promise.all(exits);

    // Nothing is lost: only what the policy gave up has failed.
    const failed = await queue.getFailed();
    expect(failed.map(({ data }) => data.body).sort()).toEqual(['hopeless', 'malformed']);
    expect(failed.find(({ data }) => data.body === 'hopeless')).toMatchObject({ attemptsMade: 3 });
    expect(failed.find(({ data }) => data.body === 'malformed')).toMatchObject({ attemptsMade: 1 });
    const wanted = bodies.filter((body) => body !== 'hopeless' && body !== 'malformed');
    expect([...done.values()].sort()).toEqual([...wanted].sort());

    // Nothing is doubled: only what the dead worker had in hand was sent again, under the same id.
    const again = seen.filter(
      ({ id, status }, i) => status === 200 && seen.slice(0, i).some((each) => each.id === id && each.status === 200),
    );
    expect(again.length).toBeGreaterThanOrEqual(1);
    const inHand = new Set(seen.slice(0, killedWith).map(({ id }) => id));
    for (const { id } of again) expect(inHand).toContain(id);

    // The policy waits 200 ms after a failure of the job itself.
    const tries = seen.filter(({ body }) => body === 'hopeless').map(({ at }) => at);
    expect(tries.length).toBeGreaterThanOrEqual(3);
    for (const [i, at] of tries.entries()) if (i > 0) expect(at - tries[i - 1]!).toBeGreaterThanOrEqual(195);

    // The Retry-After of one answer holds back all workers; what was on its way arrives.
    const within = seen.filter(({ at }) => at > pausedAt! + 300 && at < pausedAt! + PAUSE - 20);
    expect(within).toEqual([]);
    const refused = seen.find(({ status }) => status === 429)!;
    expect(await queue.getJob(refused.id)).toMatchObject({ attemptsMade: 1 });

    // The rate is that of one bucket, whoever died. A request arrives when the machine has the time to.
    const arrivals = seen.map(({ at }) => ({ at: at - seen[0]!.at, tokens: 1 }));
    expect(excess(atRate(RATE, arrivals), CAPACITY)).toBeLessThanOrEqual(3);
  }, 120_000);
});
