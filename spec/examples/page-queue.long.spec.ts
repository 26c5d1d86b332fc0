import { Redis } from 'ioredis';
import { PageQueue } from '../../docs/examples/sync/page-queue';
import { describeWithRedis, RedisServer } from '../integration/redis-server';

// A real Redis, with its own clock.
describeWithRedis('The queue of pages', () => {
  let server: RedisServer;
  let redis: Redis;
  const queues: PageQueue[] = [];
  const join = (about = 'job'): PageQueue => {
    const queue = new PageQueue(redis, [about]);
    queues.push(queue);
    return queue;
  };
  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.port, '127.0.0.1');
  });
  beforeEach(() => redis.flushall());
  afterEach(() => Promise.all(queues.splice(0).map((queue) => queue.end())));
  afterAll(async () => {
    redis.disconnect();
    await server.kill();
  });

  test('hands out the first page alone, then pages up to the one after the last', async () => {
    const [one, other] = [join(), join()];
    expect([await one.take(), await other.take()]).toEqual([1, undefined]);
    await one.done(1, false, 3);
    expect([await one.take(), await other.take(), await one.take(), await other.take()]).toEqual([2, 3, 4, undefined]);
    await one.done(4, true);
    expect(await one.take()).toBeUndefined();
    await one.done(2, false, 3);
    await other.done(3, false, 3);
    expect([await one.take(), await other.take()]).toEqual([null, null]);
  });

  test('goes on where a last page is named too early, and hands out all where none is named', async () => {
    const queue = join();
    await queue.take();
    await queue.done(1, false, 1);
    expect([await queue.take(), await queue.take()]).toEqual([2, undefined]);
    await queue.done(2, false, 1);
    expect([await queue.take(), await queue.take()]).toEqual([3, undefined]);
    await queue.done(3, false);
    expect([await queue.take(), await queue.take(), await queue.take()]).toEqual([4, 5, 6]);
  });

  test('takes back the pages of a copy that ends or dies, and gives them out first', async () => {
    const [one, other] = [join(), join()];
    await one.take();
    await one.done(1, false);
    expect([await one.take(), await one.take(), await other.take()]).toEqual([2, 3, 4]);
    await one.done(3, false);
    await one.end();
    expect([await other.take(), await other.take()]).toEqual([2, 5]);
    // A copy that has died keeps nothing: its leases lapse. Here they lapse at once.
    await redis.zadd((await redis.keys('*leases'))[0]!, 0, '4');
    expect(await other.take()).toBe(4);
  });

  test('drops the pages after the end that others hold', async () => {
    const [one, other] = [join(), join()];
    await one.take();
    await one.done(1, false);
    expect([await one.take(), await other.take()]).toEqual([2, 3]);
    await one.done(2, true);
    expect(await one.take()).toBeNull();
  });

  test('keeps what a copy holds for longer than a lease', async () => {
    const [one, other] = [join(), join()];
    await one.take();
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(await other.take()).toBeUndefined();
  }, 20_000);

  test('is another one for another job, and has one name in all copies', async () => {
    const [one, other, third] = [join(), join(), join('other')];
    expect([await one.take(), await third.take()]).toEqual([1, 1]);
    expect(await one.run()).toBe(await other.run());
  });
});
