import { checkFunction } from '../base/check.js';
import { networkError, response, status, type StatusPattern } from '../strategies/http-conditions.js';
import type { RetryStrategy } from '../strategies/retry-if.js';

export type { StatusPattern } from '../strategies/http-conditions.js';

/** Retry conditions that know HTTP. They print themselves and go into JSON as those of `retryIf` do. */
export const retryIfHttp = {
  /** Answers with one of these statuses, accepted ones too: `status(429, '5xx')`. */
  status: (...patterns: StatusPattern[]): RetryStrategy => status(...patterns),

  /** No answer at all: connection, timeout, a stalled or truncated body. */
  networkError: (): RetryStrategy => networkError(),

  /** Answers for which `test` holds, accepted ones too. */
  response(test: (response: any) => boolean | Promise<boolean>): RetryStrategy {
    checkFunction('retryIfHttp.response', test, 'a function of the answer');
    return response(test);
  },
};
