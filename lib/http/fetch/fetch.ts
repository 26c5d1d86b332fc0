import { checkDuration, checkCallback, checkWhole, formatValue } from '../../base/check.js';
import type { RetryCallState } from '../../call/call-state.js';
import { afterAttempt } from '../../strategies/stop/after-attempt.js';
import { retryAfter } from '../../strategies/wait/retry-after.js';
import { calculateWait } from '../calculate-wait.js';
import { HttpClient } from '../client/http-client.js';
import { safeRefusal } from '../without-secrets.js';
import type { FetchRetryOptions, RetryingInit } from './fetch-options.js';
import { READ } from './read-within.js';
import { FetchJob, FetchTransport, type Fetch, type FetchInput } from './fetch-transport.js';

/** Calls the global fetch, which may be replaced after a client was made. */
const globalFetch: Fetch = (input, init) => globalThis.fetch(input, init);

/** A `fetch` with a policy. */
export type RetryingFetch = (input: FetchInput, init?: RetryingInit) => Promise<Response>;

/** A `retryingFetch`, as `paginate` uses it. @internal */
export interface ReadingFetch extends RetryingFetch {
  /**
   * Sends a request and reads its answer within the attempt, so that a body that breaks off is retried under the policy. For a
   * last answer of 400 and above, `read` is called outside the attempt.
   */
  [READ]<T>(input: FetchInput, init: RetryingInit | undefined, read: (response: Response) => Promise<T>): Promise<T>;
}

/**
 * Returns a drop-in replacement of `fetch` with a policy. It retries, waits and gives up in the same cases as
 * `RetryingAxios`. By default it makes at most 6 attempts.
 *
 * It resolves with the last Response, whatever its status, as fetch does. It rejects with a {@link NetworkError} if there is
 * no answer, with `signal.reason` after an abort, with the error of a hook, a breaker or a limiter, and with the
 * `ClientError` of an answer for which `refresh` failed.
 *
 * @param fetch The function that sends requests. Default: the global `fetch` at the time of the call.
 * @throws TypeError or RangeError that names the option and what it takes.
 *
 * @example
 * ```ts
 * import { retryingFetch } from 'tenax/http';
 *
 * const fetch = retryingFetch({ attemptTimeout: 5000 }, async () => new Response('hello'));
 * console.log(await (await fetch('https://api.example.com/items')).text()); // hello
 * ```
 */
export function retryingFetch(options: FetchRetryOptions = {}, fetch: Fetch = globalFetch): RetryingFetch {
  checkCallback('retryingFetch: fetch', fetch, 'a function like fetch');
  const client = new HttpClient(
    new FetchTransport(fetch, true, fetch === globalFetch || fetch === globalThis.fetch),
    options,
  );
  const send: RetryingFetch = async (input, init) => client.send(client.call(jobOf(input, init)));
  const readNow: ReadingFetch[typeof READ] = async <T>(
    input: FetchInput,
    init: RetryingInit | undefined,
    read: (response: Response) => Promise<T>,
  ) => {
    const call = client.call(jobOf(input, init), read);
    const response = await client.send(call);
    // What takes the place of the answer was not read yet.
    return call.replaced || call.result === undefined ? read(response) : (call.result.value as T);
  };
  return Object.assign(send, { [READ]: readNow });
}

/** Makes the job of a fetch. As for fetch, `null` means no options. */
function jobOf(input: FetchInput, init: RetryingInit | null | undefined): FetchJob {
  try {
    return new FetchJob(input, init ?? {});
  } catch (error) {
    throw safeRefusal(error);
  }
}

/** Options of {@link fetchWithBackoff}, and all of `RequestInit`. */
export interface FetchWithBackoffOptions extends RequestInit {
  /** Retries after the first attempt. Default 6. */
  readonly maxRetries?: number | undefined;
  /** The first delay in milliseconds. It doubles each time, up to a minute. Default 1000. */
  readonly baseDelay?: number | undefined;
  /** Node requires `'half'` for a stream as body. TypeScript's DOM types do not have it. */
  readonly duplex?: 'half';
}

/**
 * Makes one request and retries it as {@link retryingFetch} does. It waits as long as {@link calculateWait} returns, and gives
 * up if the server asks for more than five minutes.
 *
 * @throws the typed error of the last answer; {@link NetworkError} if there was no answer; TypeError or RangeError that names
 *   the option and what it takes.
 *
 * @example
 * ```ts
 * import { fetchWithBackoff } from 'tenax/http';
 *
 * const response = await fetchWithBackoff('data:,hello', { maxRetries: 3 });
 * console.log(await response.text()); // hello
 * ```
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
  const client = new HttpClient(new FetchTransport(globalFetch, false, true), policy);
  return client.send(client.call(jobOf(url, init)));
}
