const WINDOW = 'a SlidingWindow or TokenBucket.forWindow({ limit, window, burst })';

/** What to use instead of options that other limiters have, or another limiter of tenax. */
export const LIMITS_INSTEAD: Readonly<Record<string, string>> = {
  limit: WINDOW,
  window: WINDOW,
  burst: WINDOW,
  interval: WINDOW,
  intervalCap: WINDOW,
  tokensPerInterval: WINDOW,
  reservoir: WINDOW,
  reservoirRefreshAmount: WINDOW,
  reservoirRefreshInterval: WINDOW,
  minTime: 'a TokenBucket with a rate and capacity: 1',
  concurrency: 'a ConcurrencyLimiter with a limit',
  maxConcurrent: 'a ConcurrencyLimiter with a limit',
  highWater: 'maxPending',
  timeout: 'maxWait where the limit is acquired, or attemptTimeout of a policy',
};
