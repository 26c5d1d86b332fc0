import { checkDuration, checkKeys, checkPositive, checkRange, checkWhole, formatValue } from '../base/check.js';
import type { RedisClientLike } from './client.js';

/** Options of a `RedisTokenBucket`. */
export interface RedisTokenBucketOptions {
  /** A client of ioredis or node-redis. Its offline queue is not used. */
  readonly client: RedisClientLike;
  /** The one key that holds the bucket. All who use it give it the same rate and capacity. */
  readonly key: string;
  /** Tokens per second for all processes together; 0 is paused. */
  readonly rate: number;
  /** Default `max(1, rate)`. */
  readonly capacity?: number | undefined;
  /** Without Redis: 'throw' a `LimiterUnavailableError`, or go on with this process's share. Default 'throw'. */
  readonly onUnavailable?: 'throw' | 'local' | undefined;
  /** Milliseconds until a command without an answer counts as failed. Default 1000. */
  readonly timeout?: number | undefined;
  /** Among how many processes the rate is divided when each goes on alone. Default 1. */
  readonly processes?: number | undefined;
}

/** Checks the options and puts the defaults in. The client is checked where it is taken into use. @internal */
export function completed(
  options: RedisTokenBucketOptions,
): Required<{ [K in keyof RedisTokenBucketOptions]: NonNullable<RedisTokenBucketOptions[K]> }> {
  const keys = ['client', 'key', 'rate', 'capacity', 'onUnavailable', 'timeout', 'processes'];
  checkKeys('RedisTokenBucket', options, keys);
  const { client, key, rate, capacity = Math.max(1, rate), onUnavailable = 'throw' } = options;
  const { timeout = 1000, processes = 1 } = options;
  if (typeof key !== 'string' || key === '') {
    throw new TypeError(`RedisTokenBucket: key takes a name that is not empty, got ${formatValue(key)}`);
  }
  checkRange('RedisTokenBucket: rate', rate, 0, Number.MAX_VALUE);
  checkPositive('RedisTokenBucket: capacity', capacity);
  if (onUnavailable !== 'throw' && onUnavailable !== 'local') {
    throw new TypeError(`RedisTokenBucket: onUnavailable takes 'throw' or 'local', got ${formatValue(onUnavailable)}`);
  }
  checkDuration('RedisTokenBucket: timeout', timeout);
  checkWhole('RedisTokenBucket: processes', processes, 1);
  return { client, key, rate, capacity, onUnavailable, timeout, processes };
}
