import axios, { type AxiosAdapter, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import type { BodyTransport } from '../http/client/body/body-transport.js';
import { CallSignal } from '../http/client/call-signal.js';
import { checkAnswer } from '../http/client/check-transport.js';
import type { Failure, RequestFacts, Transport } from '../http/client/transport.js';
import { watchStream } from '../http/client/watch-stream.js';
import { fullUrl } from '../http/url.js';
import { axiosBodies } from './axios-bodies.js';
import { endByToken } from './cancel-token.js';
import { canceled } from './canceled.js';
import { hideRequest } from './hide-request.js';
import { networkFault, plainReason } from './network-fault.js';
import { transformNow } from './transform.js';

type Config = InternalAxiosRequestConfig;

/** One request of axios in the adapter. Properties that only errors and method rules need are computed on demand. */
export class AxiosJob implements RequestFacts {
  /** The user's config, as axios passes it to the adapter. */
  readonly request: Config;
  readonly method: string;
  readonly adapter: AxiosAdapter;
  readonly notReplayable: string | undefined;
  readonly signal: CallSignal;
  readonly validateStatus: Config['validateStatus'];
  /** The transforms that the user set. Transforming one attempt's answer changes the config, but not these. */
  readonly transformResponse: Config['transformResponse'];
  /** The headers and the adapter before the latest attempt, since adapters change headers and mocks delete the adapter. */
  original: Pick<Config, 'headers' | 'adapter'>;
  /** A copy of the config, made for the first attempt that needs one. */
  plain: Config | undefined = undefined;
  /** True if a transform of the user replaced the body of the answer. */
  changesBody = false;

  constructor(config: Config, adapter: AxiosAdapter, notReplayable: string | undefined) {
    this.request = config;
    this.method = (config.method ?? 'get').toUpperCase();
    this.adapter = adapter;
    this.notReplayable = notReplayable;
    this.signal = new CallSignal(config.signal as AbortSignal | undefined);
    if (config.cancelToken !== undefined) endByToken(this.signal, config.cancelToken);
    this.validateStatus = config.validateStatus;
    this.transformResponse = config.transformResponse;
    this.original = config;
  }

  get url(): string {
    return fullUrl(this.request.url ?? '', this.request.baseURL);
  }

  get headers(): Config['headers'] {
    return this.request.headers;
  }

  get target(): Config {
    return this.request;
  }

  /** Undoes an adapter's changes to the user's config. */
  restore(): void {
    this.request.headers = this.original.headers;
    this.request.adapter = this.original.adapter;
  }
}

/** Sends requests with an adapter of axios. */
export class AxiosTransport implements Transport<AxiosJob, Config, AxiosResponse> {
  readonly #copies: boolean;
  readonly bodies: BodyTransport<AxiosJob, Config, AxiosResponse> = axiosBodies;

  /** @param copies Whether `beforeAttempt` may change a request, so that even the first one has to be a copy. */
  constructor(copies: boolean) {
    this.#copies = copies;
  }

  describe(job: AxiosJob): RequestFacts {
    return job;
  }

  /** Each attempt sends the same request. The first one needs a copy only if it must differ from the user's config. */
  prepare(job: AxiosJob, signal: AbortSignal | undefined, attempt: number): Config {
    const config = job.request;
    const headers = copyOfHeaders(config);
    job.original = { headers, adapter: config.adapter };
    config.transformResponse = job.transformResponse;
    let sent = config;
    if (attempt !== 1 || this.#copies || signal !== config.signal) {
      // axios makes its configs without a prototype, which makes them slow to copy. A copy of one is fast to copy.
      job.plain ??= { ...config };
      sent = { ...job.plain, headers };
      if (signal !== undefined) sent.signal = signal;
    }
    // The policy decides about retries by the status, and the user's validateStatus applies to the last answer only.
    sent.validateStatus = anyStatus;
    return sent;
  }

  async send(sent: Config, job: AxiosJob): Promise<AxiosResponse> {
    const config = job.request;
    let response: AxiosResponse | undefined;
    try {
      response = checkAnswer(await job.adapter(sent));
    } catch (error) {
      if (sent === config) job.restore();
      response = (error as { response?: AxiosResponse } | null | undefined)?.response;
      // The error of a body that broke off has a successful response.
      if (response === undefined || response.status < 400) throw hideRequest(error);
    }
    // The response refers to the user's config, not to that of the attempt.
    response.config = config;
    const { data } = response as { data: unknown };
    transformNow(response, config);
    if (response.data !== data) job.changesBody = true;
    if (sent === config && response.status >= 400) job.restore();
    return response;
  }

  failure(error: unknown, { request: config }: AxiosJob): Failure | undefined {
    const failure = networkFault(error);
    if (failure === undefined) return undefined;
    const { code, request } = error as { code?: string; request?: unknown };
    const own = code?.startsWith('TENAX_') ? 'ETIMEDOUT' : code;
    // `ERR_NETWORK` says less than what is behind it.
    const told = own === 'ERR_NETWORK' ? failure.reason : (own ?? failure.reason);
    return {
      reason: plainReason(error) ?? told,
      cause: error,
      retryable: failure.retryable,
      axios: { config, request, code: own ?? failure.code },
    };
  }

  /** Like axios' own `settle`: without a status or a `validateStatus`, the answer is accepted. */
  accepts({ status }: AxiosResponse, { validateStatus }: AxiosJob): boolean {
    return !status || typeof validateStatus !== 'function' || validateStatus(status);
  }

  refusal(response: AxiosResponse, { request: config }: AxiosJob): Error {
    const message = `Request failed with status code ${response.status}`;
    // This is for a status below 400 only: others have a typed error.
    return hideRequest(new axios.AxiosError(message, 'ERR_BAD_RESPONSE', config, response.request, response));
  }

  aborted(reason: unknown, { request: config }: AxiosJob): Error {
    return canceled(config, reason);
  }

  discard({ data }: AxiosResponse): void {
    const stream = data as Stream;
    if (typeof stream?.destroy === 'function') {
      stream.on?.('error', () => undefined);
      stream.destroy();
    } else if (typeof stream?.cancel === 'function') void Promise.resolve(stream.cancel()).catch(() => undefined);
  }

  watchBody(response: AxiosResponse, ended: () => void): AxiosResponse {
    const { data } = response as { data: Stream };
    if (typeof data?.once === 'function') {
      // No listener for 'error': it would handle errors that the user has to handle.
      data.once('close', ended);
      data.once('end', ended);
    } else if (isWebStream(data)) response.data = watchStream(data, ended, response);
    else ended();
    return response;
  }
}

/** The body of an answer, if it is a stream of Node or of the web. */
type Stream =
  | {
      destroy?: () => void;
      on?: (event: string, ignore: () => void) => void;
      once?: (event: string, listener: () => void) => void;
      cancel?: () => unknown;
    }
  | null
  | undefined;

const isWebStream = (data: unknown): data is ReadableStream<Uint8Array> =>
  typeof ReadableStream === 'function' && data instanceof ReadableStream;

const anyStatus = (): boolean => true;

function copyOfHeaders({ headers }: Config): Config['headers'] {
  const copy = Object.create(Object.getPrototypeOf(headers) as object) as Config['headers'];
  return Object.assign(copy, headers);
}
