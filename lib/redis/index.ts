export { RedisTokenBucket } from './redis-token-bucket.js';
export type { RedisTokenBucketOptions, RedisWindowOptions } from './redis-token-bucket.js';
export { RedisConcurrencyLimiter } from './redis-concurrency-limiter.js';
export type { RedisConcurrencyLimiterOptions } from './redis-concurrency-limiter.js';
export type { IoredisLike, NodeRedisLike, RedisClientLike } from './client.js';
export { SharedTokenBucket } from '../limits/shared/shared-token-bucket.js';
export type {
  BucketSize,
  SharedOptions,
  SharedTokenBucketOptions,
  SharedWindowOptions,
} from '../limits/shared/bucket-options.js';
export { keepFor, stepLimits } from '../limits/shared/step-limits.js';
export type { LimitStore } from '../limits/shared/limit-store.js';
export type {
  Claim,
  LapsedClaim,
  LimitCommand,
  LimitPart,
  LimitReply,
  LimitState,
  Place,
} from '../limits/shared/limit-state.js';
export { LimiterFullError, LimiterUnavailableError, RateLimitTimeoutError } from '../limits/errors.js';
