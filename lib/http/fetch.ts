import { checkDuration, checkWhole } from '../base/check.js';
import { Retrying } from '../engine/retrying.js';
import type { RetryCallState } from '../state/call-state.js';
import { stop } from '../strategies/stop.js';
import { toWait } from '../strategies/wait.js';
import { checkAttemptOptions, setIdempotencyKey } from './attempt-options.js';
import { calculateWait } from './calculate-wait.js';
import { ClientLimiter, type LimitedCall } from './client-limiter.js';
import { AttemptTimeoutError } from '../engine/errors.js';
import { httpPolicy, type RequestOfCall } from './client-options.js';
import { HttpError, NetworkError } from './errors.js';
import { networkReason } from './fetch-fault.js';
import type { FetchRetryOptions, InitWithHeaders } from './fetch-options.js';
import { errorOf } from './raise-for-status.js';
import { safeUrl } from './url.js';

/** What fetch takes. */
export type FetchInput = string | URL | Request;
/** A function like `fetch`. */
export type Fetch = (input: FetchInput, init?: RequestInit) => Promise<Response>;

/** One fetch under a policy. */
interface FetchCall extends RequestOfCall, LimitedCall {
  readonly input: FetchInput;
  readonly init: InitWithHeaders;
  /** Without credentials and query. */
  readonly url: string;
  /** What a keyed limiter is asked with. */
  readonly request: { readonly method: string; readonly url: string; readonly headers: Headers };
  state?: RetryCallState;
}

const isStream = (body: unknown): boolean => typeof ReadableStream === 'function' && body instanceof ReadableStream;

function describe(input: FetchInput, init: RequestInit, methods: readonly string[] | undefined): FetchCall {
  const given = typeof input === 'object' && 'url' in input ? input : undefined;
  const url = given?.url ?? String(input);
  const method = (init.method ?? given?.method ?? 'GET').toUpperCase();
  const headers = new Headers(init.headers ?? given?.headers);
  return {
    input,
    init: { ...init, headers },
    url: safeUrl(url),
    request: { method, url, headers },
    refused: undefined,
    method,
    headers,
    methods,
    // A Request's own body can be cloned for every attempt.
    onceOnly: isStream(init.body) ? 'its body is a stream, which cannot be sent twice' : undefined,
  };
}

function fetcher(
  options: FetchRetryOptions,
  fetch: Fetch,
): (input: FetchInput, init?: RequestInit) => Promise<Response> {
  checkAttemptOptions(options);
  const { beforeAttempt, idempotencyKey, ...policy } = options;
  const { methods } = options;
  const limiter = options.limiter === undefined ? undefined : new ClientLimiter(options.limiter, options.wait);
  const retrying = new Retrying(
    httpPolicy(
      {
        ...policy,
        signal:
          options.signal ??
          ((state) => {
            const { input, init } = state.self as FetchCall;
            return init.signal ?? (typeof input === 'object' && 'signal' in input ? input.signal : undefined);
          }),
      },
      (state) => {
        const call = state.self as FetchCall;
        call.state = state;
        return limiter?.admit(call, call.request, state.signal);
      },
      async ({ outcome }) => {
        // A failed answer's body is let go, so that its connection is free for the next attempt.
        if (outcome?.failed && outcome.error instanceof HttpError)
          await (outcome.error.response as Response).body?.cancel();
      },
    ),
  );

  async function attempt(this: FetchCall): Promise<Response> {
    const { input, init, method, url, request, onceOnly } = this;
    const signal = this.state?.signal;
    if (this.refused !== undefined) throw this.refused.error;
    const note = onceOnly === undefined ? undefined : `not retried: ${onceOnly}`;
    let response: Response;
    try {
      const target = typeof input === 'object' && 'clone' in input ? input.clone() : input;
      const own = signal === undefined ? init : { ...init, signal };
      const prepared = await beforeAttempt?.(
        { ...own, headers: new Headers(request.headers) },
        this.state?.attemptNumber ?? 1,
      );
      response = await fetch(target, prepared ?? own);
    } catch (error) {
      const reason = signal?.aborted ? undefined : networkReason(error);
      if (reason === undefined) throw error;
      throw new NetworkError({ method, url, cause: error, attempts: this.state?.attemptNumber, note }, reason);
    }
    const failure =
      response.status >= 400 ? errorOf(response, { method, attempts: this.state?.attemptNumber }) : undefined;
    limiter?.report(request, response);
    if (failure !== undefined) throw failure;
    return response;
  }

  return async (input, init = {}) => {
    const call = describe(input, init, methods);
    setIdempotencyKey(idempotencyKey, call.method, call.init);
    try {
      return (await retrying.execute(call, attempt as never, [], () => `${call.method} ${call.url}`)) as Response;
    } catch (error) {
      // An attempt that takes too long is a request without an answer.
      if (!(error instanceof AttemptTimeoutError)) throw error;
      const { method, url, state } = call;
      throw new NetworkError({ method, url, cause: error, attempts: state?.attemptNumber }, error.message);
    }
  };
}

/**
 * A drop-in `fetch` with a policy: 429 is retried for every method, 5xx and network errors for idempotent methods and
 * requests with an Idempotency-Key. Answers the last Response, as fetch does; an abort rejects with `signal.reason`.
 */
export function retryingFetch(
  options: FetchRetryOptions = {},
  fetch: Fetch = (input, init) => globalThis.fetch(input, init),
): Fetch {
  const retried = fetcher(options, fetch);
  return async (input, init) => {
    try {
      return await retried(input, init);
    } catch (error) {
      if (error instanceof HttpError) return error.response as Response;
      throw error;
    }
  };
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
  const delay = toWait('wait', ({ outcome, attemptNumber }: RetryCallState) =>
    calculateWait(
      outcome?.failed && outcome.error instanceof HttpError ? outcome.error : undefined,
      attemptNumber - 1,
      { base: baseDelay },
    ),
  );
  return fetcher({ stop: stop.afterAttempt(maxRetries + 1), wait: delay }, (input, given) =>
    globalThis.fetch(input, given),
  )(url, init);
}
