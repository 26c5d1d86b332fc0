import { RedisTokenBucket } from 'tenax/redis';
import { FakeRedis } from './fake-redis';

export const RATE = 100;
export const CAPACITY = 10;

/** Milliseconds of virtual time. */
export const advance = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

/** `'granted'`, or the error that it was refused with. */
export const fate = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'granted',
    (error: unknown) => error,
  );

/** Sets up virtual time and a new server for each test of a suite. */
export class Setting {
  redis = new FakeRedis();

  constructor() {
    beforeEach(() => {
      jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
      this.redis = new FakeRedis();
    });
    afterEach(() => jest.useRealTimers());
  }

  /** A bucket on this server: 100 tokens per second, capacity 10. */
  bucketOf(options: object = {}): RedisTokenBucket {
    return new RedisTokenBucket({ client: this.redis, key: 'k', rate: RATE, capacity: CAPACITY, ...options });
  }

  /** The same bucket, with no tokens left. */
  async emptyBucket(options: object = {}): Promise<RedisTokenBucket> {
    const bucket = this.bucketOf(options);
    await bucket.acquire(CAPACITY);
    return bucket;
  }
}
