import { checkDuration, checkWhole } from '../../base/check.js';
import { Retrying } from '../../engine/retrying.js';
import type { RetryCallState } from '../../call/call-state.js';
import type { Outcome } from '../../call/outcome.js';
import * as stop from '../../strategies/stop/index.js';
import { checkAttemptOptions, checkSent, setIdempotencyKey } from '../client/attempt-options.js';
import { calculateWait } from '../calculate-wait.js';
import { CallSignal, signalOfCall } from '../client/call-signal.js';
import { ClientLimiter, type LimitedCall } from '../client/client-limiter.js';
import { AttemptTimeoutError } from '../../engine/errors.js';
import { httpPolicy, type RequestOfCall } from '../client/client-options.js';
import { HttpError, NetworkError } from '../errors.js';
import { networkReason } from './fetch-fault.js';
import type { FetchRetryOptions, InitWithHeaders } from './fetch-options.js';
import { lastAnswer, type AnsweredCall } from '../client/last-answer.js';
import { errorOf } from '../raise-for-status.js';
import { safeUrl } from '../url.js';

/** What fetch takes. */
export type FetchInput = string | URL | Request;
/** A function like `fetch`. */
export type Fetch = (input: FetchInput, init?: RequestInit) => Promise<Response>;

/** The fetch of the time of the call: it may be replaced after a client was made. */
const globalFetch: Fetch = (input, init) => globalThis.fetch(input, init);

/** One fetch under a policy. */
interface FetchCall extends RequestOfCall, LimitedCall, AnsweredCall {
  readonly input: FetchInput;
  readonly init: InitWithHeaders;
  /** Without credentials and query. */
  readonly url: string;
  /** Of the init, or else of the Request. */
  readonly signal: CallSignal;
  /** What a keyed limiter is asked with. */
  readonly request: { readonly method: string; readonly url: string; readonly headers: Headers };
  state?: RetryCallState;
}

/** What is gone once it was read: a stream of either kind, or what a generator makes. */
const isStream = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && ('getReader' in body || Symbol.asyncIterator in body);

/** Why there was no further attempt, where there could be none. */
const noteOf = ({ onceOnly }: FetchCall): string | undefined =>
  onceOnly === undefined ? undefined : `not retried: ${onceOnly}`;

function noAnswer(call: FetchCall, cause: unknown, reason: string): NetworkError {
  const { method, url, state } = call;
  return new NetworkError({ method, url, cause, attempts: state?.attemptNumber, note: noteOf(call) }, reason);
}

/** Lets a body go that nobody will read, so that its connection is free for the next attempt. */
function letGo(response: Response): void {
  // A fetch of another make may have a body of another make.
  const { body } = response as { body?: { cancel?: () => Promise<void> } | null };
  // What a condition has read, or reads, cannot be let go and need not be.
  body?.cancel?.().catch(() => undefined);
}

function describe(input: FetchInput, init: RequestInit, methods: readonly string[] | undefined): FetchCall {
  const given = typeof input === 'object' && 'url' in input ? input : undefined;
  const url = given?.url ?? String(input);
  const method = (init.method ?? given?.method ?? 'GET').toUpperCase();
  const headers = new Headers(init.headers ?? given?.headers);
  return {
    input,
    init: { ...init, headers },
    url: safeUrl(url),
    signal: new CallSignal(init.signal ?? given?.signal),
    request: { method, url, headers },
    refused: undefined,
    method,
    headers,
    methods,
    // A Request's own body can be cloned for every attempt.
    onceOnly: isStream(init.body) ? 'its body is a stream, which cannot be sent twice' : undefined,
  };
}

/** A fetch under a policy, which `answers` with the last Response, or throws the typed error of it. */
function fetcher(
  options: FetchRetryOptions,
  fetch: Fetch,
  answers: boolean,
): (input: FetchInput, init?: RequestInit) => Promise<Response> {
  checkAttemptOptions(options);
  const { beforeAttempt, idempotencyKey, signal: common, ...policy } = options;
  const { methods } = options;
  const limiter = options.limiter === undefined ? undefined : new ClientLimiter(options.limiter, options.wait);
  const retrying = new Retrying(
    httpPolicy(
      { ...policy, signal: signalOfCall(common) },
      (state) => {
        const call = state.self as FetchCall;
        call.state = state;
        return limiter?.admit(call, call.request, state.signal);
      },
      (state) => {
        const outcome = state.outcome as Outcome<Response>;
        if (!outcome.failed) letGo(outcome.value);
        else if (outcome.error instanceof HttpError) letGo(outcome.error.response as Response);
      },
    ),
  );

  async function attempt(this: FetchCall): Promise<Response> {
    const { input, init, method, url, request } = this;
    const signal = this.state?.signal;
    if (this.refused !== undefined) throw this.refused.error;
    let response: Response;
    try {
      const target = typeof input === 'object' && 'clone' in input ? input.clone() : input;
      let sent: RequestInit = signal === undefined ? init : { ...init, signal };
      if (beforeAttempt !== undefined) {
        const given = { ...sent, headers: new Headers(request.headers) };
        sent = checkSent(await beforeAttempt(given, this.state?.attemptNumber ?? 1));
      }
      response = await fetch(target, sent);
    } catch (error) {
      const reason = signal?.aborted ? undefined : networkReason(error);
      if (reason === undefined) throw error;
      throw noAnswer(this, error, reason);
    }
    limiter?.report(request, response);
    if (response.status < 400) return response;
    this.failure = errorOf(response, { method, asked: url, attempts: this.state?.attemptNumber, note: noteOf(this) });
    throw this.failure;
  }

  return async (input, init) => {
    // As fetch, which takes null for nothing.
    const call = describe(input, init ?? {}, methods);
    setIdempotencyKey(idempotencyKey, call.method, call.init);
    try {
      return (await retrying.execute(call, attempt as never, [], () => `${call.method} ${call.url}`)) as Response;
    } catch (error) {
      const answer = answers ? lastAnswer(error, call, options) : undefined;
      if (answer !== undefined) return answer as Response;
      // An attempt that takes too long is a request without an answer.
      if (!(error instanceof AttemptTimeoutError)) throw error;
      throw noAnswer(call, error, error.message);
    } finally {
      call.signal.release();
    }
  };
}

/**
 * A drop-in `fetch` with a policy: 429 is retried for every method, 5xx and network errors for idempotent methods and
 * requests with an Idempotency-Key. Answers the last Response, as fetch does; an abort rejects with `signal.reason`.
 */
export function retryingFetch(options: FetchRetryOptions = {}, fetch: Fetch = globalFetch): Fetch {
  return fetcher(options, fetch, true);
}

/** Options of `fetchWithBackoff`, and all of `RequestInit`. */
export interface FetchWithBackoffOptions extends RequestInit {
  /** Retries after the first attempt. Default 6. */
  readonly maxRetries?: number;
  /** Milliseconds of the first delay. Default 1000. */
  readonly baseDelay?: number;
}

/**
 * One request, retried on 429 and 5xx with `calculateWait`, never on another 4xx.
 *
 * @throws the typed error of the last answer; NetworkError without one.
 */
export async function fetchWithBackoff(url: string | URL, options: FetchWithBackoffOptions = {}): Promise<Response> {
  const { maxRetries = 6, baseDelay = 1000, ...init } = options;
  checkDuration('fetchWithBackoff: baseDelay', baseDelay);
  checkWhole('fetchWithBackoff: maxRetries', maxRetries);
  // Errors alone are retried here; those of an answer have its headers.
  const delay = ({ outcome, attemptNumber }: RetryCallState): number =>
    calculateWait((outcome as { error: { headers?: unknown } }).error, attemptNumber - 1, { base: baseDelay });
  return fetcher({ stop: stop.afterAttempt(maxRetries + 1), wait: delay }, globalFetch, false)(url, init);
}
