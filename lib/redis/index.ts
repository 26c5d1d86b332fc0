export { RedisTokenBucket } from './redis-token-bucket.js';
export type { RedisTokenBucketOptions } from './options.js';
export type { IoredisLike, NodeRedisLike, RedisClientLike } from './client.js';
export { LimiterUnavailableError, RateLimitTimeoutError } from '../limits/errors.js';
