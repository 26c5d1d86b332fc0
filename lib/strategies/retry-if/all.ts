import { allRetries, type RetryLike, type RetryStrategy } from '../retry-strategy.js';

/** Retries when all of these would (tenacity's `retry_all`). */
export const all: (...conditions: RetryLike[]) => RetryStrategy = allRetries;
