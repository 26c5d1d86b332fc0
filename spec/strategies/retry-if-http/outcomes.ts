import type { RetryCallState } from '../../../lib/call/call-state';
import { AttemptTimeoutError } from '../../../lib/engine/errors';
import { HttpError, NetworkError, RateLimitError, ServerError, httpError } from '../../../lib/http/errors';
import { stateAt } from '../states';

const request = { method: 'GET', url: 'https://api.test/items' };
const failure = (status: number) => ({ ...request, status, headers: {}, response: { body: 'a body' } });

export const limited = new RateLimitError(failure(429));
export const broken = new ServerError(failure(503));
export const unreachable = new NetworkError(request, 'ECONNRESET');
export const late = new AttemptTimeoutError('GET', 1, 'attemptTimeout', 5);

/** The error of an answer with this status. */
export const errorOf = (status: number): HttpError =>
  httpError({ status, method: 'GET', url: '/', headers: {}, response: { status, data: status } });

/** A state whose attempt has not ended. */
export function running(): RetryCallState {
  const state = stateAt(1);
  state.outcome = undefined;
  return state;
}
