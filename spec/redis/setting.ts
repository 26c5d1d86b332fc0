import { RedisTokenBucket } from 'tenax/redis';
import { FakeRedis } from './fake-redis';

export const RATE = 100;
export const CAPACITY = 10;

/** Milliseconds of virtual time. */
export const advance = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

/** `granted`, or what it was refused with. */
export const fate = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'granted',
    (error: unknown) => error,
  );

/** Virtual time, and a server of its own, for each of a suite's tests. */
export class Setting {
  redis = new FakeRedis();

  constructor() {
    beforeEach(() => {
      jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
      this.redis = new FakeRedis();
    });
    afterEach(() => jest.useRealTimers());
  }

  /** A bucket of 100 a second and at most 10, on this server. */
  bucketOf(options: object = {}): RedisTokenBucket {
    return new RedisTokenBucket({ client: this.redis, key: 'k', rate: RATE, capacity: CAPACITY, ...options });
  }

  /** The same with nothing left in it. */
  async emptyBucket(options: object = {}): Promise<RedisTokenBucket> {
    const bucket = this.bucketOf(options);
    await bucket.acquire(CAPACITY);
    return bucket;
  }
}
