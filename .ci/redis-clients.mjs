// Shows with each version of the Redis clients that a limit over a real redis-server holds: one bucket and one set of slots,
// both used through every client at once (npm run build, and npm ci in tools/redis-clients, come first).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { Retrying, stop } from 'tenax';
import { RedisConcurrencyLimiter, RedisTokenBucket } from 'tenax/redis';
import { startRedis } from '../tools/redis-server.mjs';

const load = createRequire(new URL('../tools/redis-clients/package.json', import.meta.url));
const { dependencies } = load('./package.json');

/** A client that nobody has connected yet, and what ends it. */
function makeClient(name, port) {
  const library = load(name);
  if (name.startsWith('ioredis')) {
    const client = new library.Redis({ port, lazyConnect: true });
    return { client, close: () => client.disconnect() };
  }
  const client = library.createClient({ url: `redis://127.0.0.1:${port}` });
  client.on('error', () => undefined);
  return { client, close: () => (client.destroy ?? client.disconnect).call(client) };
}

const redis = await startRedis();
const { port } = redis;
const RATE = 50;
const CAPACITY = 5;
const SECONDS = 2;
try {
  const clients = Object.keys(dependencies).map((name) => ({ name, ...makeClient(name, port) }));
  const granted = new Map();
  const started = performance.now();
  let inFlight = 0;
  let most = 0;
  await Promise.all(
    clients.map(async ({ name, client }) => {
      const bucket = new RedisTokenBucket({ client, key: 'tenax:{ci}:bucket', rate: RATE, capacity: CAPACITY });
      const slots = new RedisConcurrencyLimiter({ client, key: 'tenax:{ci}:slots', limit: 3 });
      const limited = new Retrying({ limiter: [bucket, slots], stop: stop.afterAttempt(1) });
      for (let count = 0; performance.now() - started < SECONDS * 1000; count += 1) {
        await limited.call(async () => {
          inFlight += 1;
          most = Math.max(most, inFlight);
          granted.set(name, count + 1);
          await sleep(10);
          inFlight -= 1;
        });
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  const total = [...granted.values()].reduce((sum, count) => sum + count, 0);
  assert.ok(total <= RATE * seconds + CAPACITY + 1, `${total} grants in ${seconds} s`);
  assert.ok(total >= 0.5 * RATE * SECONDS, `${total} grants in ${seconds} s`);
  assert.ok(most <= 3, `${most} at once`);
  for (const name of Object.keys(dependencies)) {
    assert.ok(granted.get(name) > 0, `${name} was granted nothing`);
    const { version } = JSON.parse(
      readFileSync(new URL(`../tools/redis-clients/node_modules/${name}/package.json`, import.meta.url), 'utf8'),
    );
    console.log(`${name.replace(/\d+$/, '').padEnd(8)} ${version.padEnd(8)} ${granted.get(name)} grants`);
  }
  for (const { close } of clients) await close();
} finally {
  redis.stop();
}
