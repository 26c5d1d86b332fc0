import { allOf } from 'tenax';
import { SharedTokenBucket, type LimitStore } from 'tenax/redis';
import { PostgresStore, TABLE } from '../../docs/examples/postgres-store';
import { atRate, excess } from '../limits/bound';
import { describeWithPostgres, PostgresServer } from './postgres-server';

// Real time throughout: the clock is the server's.
describeWithPostgres('The store of docs/extending.md on PostgreSQL', () => {
  let server: PostgresServer;
  /** A store with one connection, which serves one step at a time. */
  const storeOf = (): LimitStore => {
    const client = server.connect();
    let last: Promise<unknown> = Promise.resolve();
    return new PostgresStore(async () => {
      const before = last;
      let release!: () => void;
      last = new Promise<void>((resolve) => (release = resolve));
      await before;
      return { ...client, release };
    });
  };
  beforeAll(async () => {
    server = await PostgresServer.start();
    await server.connect().query(TABLE);
  }, 60_000);
  afterAll(() => server.stop());

  test('keeps a bucket for several processes within the bound', async () => {
    const [rate, capacity] = [50, 10];
    const buckets = [1, 2, 3].map(() => new SharedTokenBucket({ store: storeOf(), key: 'k', rate, capacity }));
    const grants: { at: number; tokens: number }[] = [];
    const end = performance.now() + 3000;
    const caller = async (bucket: SharedTokenBucket): Promise<void> => {
      while (performance.now() < end) {
        await bucket.acquire();
        grants.push({ at: performance.now(), tokens: 1 });
      }
    };
    await Promise.all(buckets.flatMap((bucket) => [caller(bucket), caller(bucket)]));
    expect(excess(atRate(rate, grants), capacity)).toBeLessThanOrEqual(0.5);
    expect(grants.length).toBeGreaterThan(0.8 * (3 * rate + capacity));
  }, 30_000);

  test('asks for two limits in one step, and rolls back what fails', async () => {
    const store = storeOf();
    const runs = jest.spyOn(store, 'run');
    const bucketOf = (key: string) => new SharedTokenBucket({ store, key, rate: 1, capacity: 5 });
    const both = allOf(bucketOf("it's"), bucketOf('b'));
    await expect(both.tryAcquire(5)).resolves.toBe(true);
    await expect(both.tryAcquire(1)).resolves.toBe(false);
    for (const [keys] of runs.mock.calls) expect(keys).toEqual(["it's", 'b']);
  }, 30_000);
});
