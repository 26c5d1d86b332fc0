import { RedisTokenBucket } from 'tenax/redis';
import { CAPACITY, RATE, useVirtualTime } from '../limits/shared/setting';
import { FakeRedis } from './fake-redis';

export { advance, fate } from '../limits/shared/setting';

/** Sets up virtual time and a new server for each test of a suite. */
export class Setting {
  redis = new FakeRedis();

  constructor() {
    useVirtualTime();
    beforeEach(() => (this.redis = new FakeRedis()));
  }

  /** A bucket on this server: 100 tokens per second, capacity 10. */
  bucketOf(options: object = {}): RedisTokenBucket {
    return new RedisTokenBucket({ client: this.redis, key: 'k', rate: RATE, capacity: CAPACITY, ...options });
  }
}
