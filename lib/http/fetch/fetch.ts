import { checkDuration, checkFunction, checkWhole, formatValue } from '../../base/check.js';
import type { RetryCallState } from '../../call/call-state.js';
import { afterAttempt } from '../../strategies/stop/after-attempt.js';
import { retryAfter } from '../../strategies/wait/retry-after.js';
import { calculateWait } from '../calculate-wait.js';
import { watchBody } from '../client/body/watch-body.js';
import { HttpClient } from '../client/http-client.js';
import type { FetchRetryOptions, RetryingInit } from './fetch-options.js';
import { FetchJob, FetchTransport, type Fetch, type FetchInput } from './fetch-transport.js';

/** The fetch at the time of the call: it may be replaced after a client was made. */
const globalFetch: Fetch = (input, init) => globalThis.fetch(input, init);

/** Reads an answer within its attempt. @internal */
const READ = Symbol.for('tenax.fetch.read');

/** A `fetch` with a policy. */
export type RetryingFetch = (input: FetchInput, init?: RetryingInit) => Promise<Response>;

/** A `retryingFetch`, as `paginate` uses it. @internal */
export interface ReadingFetch extends RetryingFetch {
  /**
   * One request whose answer is read within its attempt: a body that breaks off fails the attempt and is tried again under
   * the policy. `read` is called for a last answer from 400 on too, outside the attempt.
   */
  [READ]<T>(input: FetchInput, init: RetryingInit | undefined, read: (response: Response) => Promise<T>): Promise<T>;
}

/**
 * Returns a drop-in `fetch` with a policy. It retries the same answers as `RetryingAxios`, waits as long and ends in the
 * same cases; by default it makes at most 6 attempts.
 *
 * It resolves with the last Response, as fetch does, whatever its status. It rejects with a {@link NetworkError} if there
 * is no answer, with `signal.reason` after an abort, and with the error of a hook, a breaker or a limiter.
 *
 * @throws TypeError or RangeError for a wrong option
 * @example
 * import { retryingFetch } from 'tenax/http';
 *
 * const fetch = retryingFetch({ attemptTimeout: 5000 }, async () => new Response('hello'));
 * console.log(await (await fetch('https://api.example.com/items')).text()); // hello
 */
export function retryingFetch(options: FetchRetryOptions = {}, fetch: Fetch = globalFetch): RetryingFetch {
  checkFunction('retryingFetch: fetch', fetch, 'a function like fetch');
  const client = new HttpClient(new FetchTransport(fetch, true), options);
  const send: RetryingFetch = async (input, init) => client.send(client.call(jobOf(input, init)));
  const readNow: ReadingFetch[typeof READ] = async <T>(
    input: FetchInput,
    init: RetryingInit | undefined,
    read: (response: Response) => Promise<T>,
  ) => {
    const call = client.call(jobOf(input, init), (response) => read(watchBody(client, call, response, false)));
    const response = await client.send(call);
    return call.result === undefined ? read(response) : (call.result.value as T);
  };
  return Object.assign(send, { [READ]: readNow });
}

/** As fetch, which takes null for nothing. */
const jobOf = (input: FetchInput, init: RetryingInit | null | undefined): FetchJob => new FetchJob(input, init ?? {});

/** Options of {@link fetchWithBackoff}, and all of `RequestInit`. */
export interface FetchWithBackoffOptions extends RequestInit {
  /** Retries after the first attempt. Default 6. */
  readonly maxRetries?: number;
  /** The first delay in milliseconds. It doubles each time, up to a minute. Default 1000. */
  readonly baseDelay?: number;
}

/**
 * Makes one request and retries it as {@link retryingFetch} does for its method. It waits as `calculateWait` says, and
 * gives up if the server asks for more than five minutes.
 *
 * @throws the typed error of the last answer; {@link NetworkError} without one; TypeError or RangeError for a wrong option
 * @example
 * import { fetchWithBackoff } from 'tenax/http';
 *
 * const response = await fetchWithBackoff('data:,hello', { maxRetries: 3 });
 * console.log(await response.text()); // hello
 */
export async function fetchWithBackoff(url: string | URL, options: FetchWithBackoffOptions = {}): Promise<Response> {
  if (typeof options !== 'object' || (options as unknown) === null) {
    throw new TypeError(`fetchWithBackoff takes options, got ${formatValue(options)}`);
  }
  const { maxRetries = 6, baseDelay = 1000, ...init } = options;
  checkDuration('fetchWithBackoff: baseDelay', baseDelay);
  checkWhole('fetchWithBackoff: maxRetries', maxRetries);
  const fallback = ({ attemptNumber }: RetryCallState): number =>
    calculateWait(undefined, attemptNumber - 1, { base: baseDelay });
  const policy = { stop: afterAttempt(maxRetries + 1), wait: retryAfter({ fallback }) };
  const client = new HttpClient(new FetchTransport(globalFetch, false), policy);
  return client.send(client.call(jobOf(url, init)));
}
