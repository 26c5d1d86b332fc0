const ATTEMPTS = 'stop: stop.afterAttempt(n), which counts the first attempt too';
const DELAYS = 'wait: wait.exponentialJitter({ initial: 1000, max: 60_000 }) or another wait';

/** What to use instead of options that other libraries have. */
export const INSTEAD: Readonly<Record<string, string>> = {
  retries: ATTEMPTS,
  attempts: ATTEMPTS,
  maxRetries: ATTEMPTS,
  maxAttempts: ATTEMPTS,
  numOfAttempts: ATTEMPTS,
  delay: DELAYS,
  backoff: DELAYS,
  retryDelay: DELAYS,
  minTimeout: DELAYS,
  maxTimeout: DELAYS,
  factor: DELAYS,
  jitter: DELAYS,
  randomize: DELAYS,
  initialDelay: DELAYS,
  startingDelay: DELAYS,
  maxDelay: DELAYS,
  backoffLimit: DELAYS,
  calculateDelay: DELAYS,
  maxRetryAfter: 'wait: wait.retryAfter({ max })',
  timeout: 'attemptTimeout for each attempt, or deadline for the whole call',
  maxRetryTime: 'deadline',
  onRetry: 'beforeSleep',
  onFailedAttempt: 'beforeSleep',
  shouldRetry: 'retryIf',
  retryCondition: 'retryIf',
  onMaxRetryTimesExceeded: 'onGiveUp',
  statusCodes: "retryIf: retryIfHttp.status(429, '5xx')",
  validateResponse: 'retryIf: retryIfHttp.response(…)',
};
