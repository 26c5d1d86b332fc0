import { anyRetry, type RetryLike, type RetryStrategy } from '../retry-strategy.js';

/** When any of these would, asked in order (tenacity's `retry_any`). */
export const any: (...conditions: RetryLike[]) => RetryStrategy = anyRetry;
