import { isPlain } from '../../base/check.js';
import { mapAnswer, type MaybeAsync } from '../../strategies/decide.js';
import { CallSignal } from '../client/call-signal.js';
import { diagnosticsChannel } from '../client/redirects.js';
import type { RequestFacts, Transport } from '../client/transport.js';
import { watchStream } from '../client/watch-stream.js';
import { fetchBodies } from './fetch-bodies.js';
import type { FetchRequest, InitWithHeaders, RetryingInit } from './fetch-options.js';
import { watchForeign, withBody } from './with-body.js';

/** The first argument of `fetch`. */
export type FetchInput = string | URL | Request;
/** A function like `fetch`. */
export type Fetch = (input: FetchInput, init?: RequestInit) => Promise<Response>;

/** What fetch reads of its options. */
const MEMBERS = [
  'method', 'headers', 'body', 'mode', 'credentials', 'cache', 'redirect', 'referrer', 'referrerPolicy', 'integrity',
  'keepalive', 'signal', 'duplex', 'priority', 'window',
]; // prettier-ignore

/**
 * The options as a plain object. fetch takes an object of any class, such as a Request, whose getters a copy would lose. A
 * Request's body is a stream, and each clone of the Request has a new one.
 */
function plainInit(init: RetryingInit): RetryingInit {
  if (isPlain(init)) return init;
  const given = init as Record<string, unknown> & { clone?: () => Request };
  const plain: Record<string, unknown> = { ...given };
  for (const name of MEMBERS) if (given[name] !== undefined) plain[name] = given[name];
  const { body } = given;
  if (typeof given.clone === 'function' && body) plain.body = () => given.clone?.().body;
  return plain;
}

/** `null` is left to fetch, which refuses it as an address. */
const isObject = (input: FetchInput | null): input is URL | Request => typeof input === 'object' && input !== null;

/** The arguments of one fetch. */
export class FetchJob implements RequestFacts {
  readonly input: FetchInput;
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly request: FetchRequest;
  readonly target: InitWithHeaders;
  readonly signal: CallSignal;
  readonly notReplayable: string | undefined;

  constructor(input: FetchInput, options: RetryingInit) {
    const init = plainInit(options);
    const given = isObject(input) && 'url' in input ? input : undefined;
    const url = given?.url ?? String(input);
    const headers = new Headers(init.headers ?? given?.headers);
    this.input = input;
    this.method = String(init.method ?? given?.method ?? 'GET').toUpperCase();
    this.url = url;
    this.headers = headers;
    this.request = { method: this.method, url, headers, body: init.body ?? given?.body ?? undefined };
    this.target = { ...(init as RequestInit), headers };
    // A signal of null means that the signal of the Request does not apply.
    this.signal = new CallSignal((init.signal === undefined ? given?.signal : init.signal) ?? undefined);
    // A Request's own body can be cloned for every attempt.
    this.notReplayable = isOneShot(init.body) ? 'its body is a stream, which cannot be sent twice' : undefined;
  }
}

/** Whether a body can be read only once: a stream of the web or of Node, or an async iterable. */
const isOneShot = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && ('getReader' in body || Symbol.asyncIterator in body || 'pipe' in body);

/** Sends requests with a function like `fetch`. */
export class FetchTransport implements Transport<FetchJob, RequestInit, Response> {
  readonly #fetch: Fetch;
  readonly resolvesAll: boolean;
  readonly leavesListeners: boolean;
  readonly bodies = fetchBodies;

  /**
   * @param resolvesAll Whether the call resolves with the last answer whatever its status, as fetch does.
   * @param isGlobal Whether it is the platform's fetch. In Node it listens to a signal until its request is collected.
   */
  constructor(fetch: Fetch, resolvesAll: boolean, isGlobal: boolean) {
    this.#fetch = fetch;
    this.resolvesAll = resolvesAll;
    this.leavesListeners = isGlobal && diagnosticsChannel() !== undefined;
  }

  describe(job: FetchJob): RequestFacts {
    return job;
  }

  prepare({ target, request }: FetchJob, signal: AbortSignal | undefined): MaybeAsync<InitWithHeaders> {
    const init: InitWithHeaders = { ...target, headers: new Headers(request.headers) };
    if (signal !== undefined) init.signal = signal;
    if (typeof request.body !== 'function') return init;
    const made = (request.body as () => MaybeAsync<RequestInit['body']>)();
    return mapAnswer(made, (body) => ({ ...init, body: body ?? null }));
  }

  send(init: RequestInit, { input }: FetchJob): Promise<Response> {
    return this.#fetch(isObject(input) && 'clone' in input ? input.clone() : input, init);
  }

  clone(response: Response): Response {
    return response.clone();
  }

  discard(response: Response): void {
    // The fetch of another library may have other bodies.
    const { body } = response as { body?: { cancel?: () => Promise<void> } | null };
    // A body that a condition has read cannot be cancelled and need not be.
    body?.cancel?.().catch(() => undefined);
  }

  watchBody(response: Response, ended: () => void): Response {
    const { body } = response as { body?: unknown };
    if (body === null || body === undefined || response.bodyUsed) {
      ended();
      return response;
    }
    const isPlain = response instanceof Response && body instanceof ReadableStream && response.status >= 200;
    if (isPlain && response.status < 600) return withBody(response, watchStream(body, ended, response));
    watchForeign(response, body, ended);
    return response;
  }
}
