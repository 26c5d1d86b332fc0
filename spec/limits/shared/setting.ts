import { SharedTokenBucket } from 'tenax/redis';
import { FakeStore } from './fake-store';

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

/** Virtual time for each test of a suite. */
export function useVirtualTime(): void {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] }));
  afterEach(() => jest.useRealTimers());
}

/** Sets up virtual time and a new store for each test of a suite. */
export class Setting {
  store = new FakeStore();

  constructor() {
    useVirtualTime();
    beforeEach(() => (this.store = new FakeStore()));
  }

  /** A bucket in this store: 100 tokens per second, capacity 10. */
  bucketOf(options: object = {}): SharedTokenBucket {
    return new SharedTokenBucket({ store: this.store, key: 'k', rate: RATE, capacity: CAPACITY, ...options });
  }

  /** The same bucket, with no tokens left. */
  async emptyBucket(options: object = {}): Promise<SharedTokenBucket> {
    const bucket = this.bucketOf(options);
    await bucket.acquire(CAPACITY);
    return bucket;
  }
}
