// One limit for many processes: commands per grant, grants as a share of the rate, and how long an acquire takes.
// `npm run build && node bench/shared.mjs` prints a table. It needs redis-server on the PATH.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import Redis from 'ioredis';
import { startRedis } from '../tools/redis-server.mjs';

const RATE = 100;
const CAPACITY = 20;
const SECONDS = 5;
const self = fileURLToPath(import.meta.url);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** How each library waits for its turn. */
const LIBRARIES = {
  tenax: async (client) => {
    const { RedisTokenBucket } = await import('../dist/node/redis/index.js');
    const bucket = new RedisTokenBucket({ client, key: 'shared', rate: RATE, capacity: CAPACITY });
    return () => bucket.acquire();
  },
  // It has no queue: who is refused asks again when it is told to.
  'rate-limiter-flexible': async (client) => {
    const { RateLimiterRedis } = await import('rate-limiter-flexible');
    const limiter = new RateLimiterRedis({ storeClient: client, keyPrefix: 'shared', points: RATE, duration: 1 });
    return async () => {
      for (;;) {
        const refused = await limiter.consume('all').then(
          () => undefined,
          (error) => error,
        );
        if (refused === undefined) return;
        await sleep(refused.msBeforeNext);
      }
    };
  },
  'bottleneck, clustered': async (client) => {
    const { default: Bottleneck } = await import('bottleneck');
    const connection = new Bottleneck.IORedisConnection({ client });
    const limiter = new Bottleneck({
      id: 'shared',
      datastore: 'ioredis',
      connection,
      reservoir: CAPACITY,
      reservoirIncreaseAmount: RATE / 4,
      reservoirIncreaseInterval: 250,
      reservoirIncreaseMaximum: CAPACITY + RATE / 4,
    });
    await limiter.ready();
    return () => limiter.schedule(async () => undefined);
  },
};

async function worker({ port, library, callers, pause }) {
  const client = new Redis({ port });
  const acquire = await LIBRARIES[library](client);
  await client.ping();
  process.send('ready');
  const [{ until }] = await once(process, 'message');
  const waits = [];
  const caller = async () => {
    while (Date.now() < until) {
      const asked = performance.now();
      await acquire();
      waits.push(performance.now() - asked);
      if (pause > 0) await sleep(pause * (0.5 + Math.random()));
    }
  };
  await Promise.race([Promise.all(Array.from({ length: callers }, caller)), sleep(until - Date.now())]);
  process.send(waits);
  await sleep(100);
  process.exit(0);
}

async function measure(port, library, processes, { callers, pause }) {
  const client = new Redis({ port });
  await client.flushall();
  const children = Array.from({ length: processes }, () =>
    fork(self, [JSON.stringify({ port, library, callers, pause })], { stdio: ['ignore', 'inherit', 'ignore', 'ipc'] }),
  );
  const ready = await Promise.all(
    children.map((child) =>
      Promise.race([once(child, 'message').then(() => true), once(child, 'exit').then(() => false)]),
    ),
  );
  if (ready.includes(false)) return client.disconnect();
  const commands = async () =>
    [...(await client.info('commandstats')).matchAll(/cmdstat_(evalsha|eval):calls=(\d+)/g)].reduce(
      (sum, [, , n]) => sum + Number(n),
      0,
    );
  const before = await commands();
  const until = Date.now() + SECONDS * 1000;
  for (const child of children) child.send({ until });
  const waits = (await Promise.all(children.map((child) => once(child, 'message').then(([one]) => one)))).flat();
  const sent = (await commands()) - before;
  client.disconnect();
  waits.sort((a, b) => a - b);
  const at = (share) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))];
  return {
    perGrant: (sent / waits.length).toFixed(2),
    share: `${((100 * waits.length) / (RATE * SECONDS + CAPACITY)).toFixed(0)} %`,
    latency: `${at(0.5).toFixed(1)} / ${at(0.99).toFixed(1)}`,
  };
}

async function main() {
  const { port, stop } = await startRedis();
  console.log(
    '| | processes | busy: commands per grant | busy: share of the rate | tokens are there: acquire p50 / p99, ms |',
  );
  console.log('| --- | --- | --- | --- | --- |');
  for (const library of Object.keys(LIBRARIES)) {
    for (const processes of [1, 4, 16]) {
      const busy = await measure(port, library, processes, { callers: 10, pause: 0 });
      const idle = busy && (await measure(port, library, processes, { callers: 1, pause: processes * 15 }));
      if (!idle) break; // not installed
      console.log(`| ${library} | ${processes} | ${busy.perGrant} | ${busy.share} | ${idle.latency} |`);
    }
  }
  stop();
}

await (process.argv[2] === undefined ? main() : worker(JSON.parse(process.argv[2])));
