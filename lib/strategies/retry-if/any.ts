import { anyRetry, type RetryLike, type RetryStrategy } from '../retry-strategy.js';

/** Retries when any of these would; they are asked in order (tenacity's `retry_any`). */
export const any: (...conditions: RetryLike[]) => RetryStrategy = anyRetry;
