import axios, { type AxiosAdapter, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import type { BodyTransport } from '../http/client/body/body-transport.js';
import { CallSignal } from '../http/client/call-signal.js';
import type { Failure, RequestFacts, Transport } from '../http/client/transport.js';
import { watchStream } from '../http/client/watch-stream.js';
import { fullUrl } from '../http/url.js';
import { axiosBodies } from './axios-bodies.js';
import { endByToken } from './cancel-token.js';
import { canceled } from './canceled.js';
import { networkFault } from './network-fault.js';
import { transformNow } from './transform.js';

type Config = InternalAxiosRequestConfig;

/**
 * One request of axios on its way through the adapter. What only errors and rules need is computed when they need it.
 */
export class AxiosJob implements RequestFacts {
  /** The caller's config, as axios hands it to the adapter. */
  readonly request: Config;
  readonly method: string;
  readonly adapter: AxiosAdapter;
  readonly notReplayable: string | undefined;
  readonly signal: CallSignal;
  readonly validateStatus: Config['validateStatus'];
  /** As the caller set it: what the transform did to one attempt's answer does not apply to the next. */
  readonly transformResponse: Config['transformResponse'];
  /** What adapters may change (headers; mocks delete the adapter), as it was before the latest attempt. */
  written: Pick<Config, 'headers' | 'adapter'>;
  /** A copy of the config, made for the first attempt that needs one. */
  plain: Config | undefined = undefined;
  /** True if a transform of the caller replaced the body of the answer. */
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
    this.written = config;
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

  /** Undoes what an adapter changed in the caller's config. */
  restore(): void {
    this.request.headers = this.written.headers;
    this.request.adapter = this.written.adapter;
  }
}

/** What a transport has to do for the options of its client. */
export interface AxiosTransportOptions {
  /** True if a part of the policy looks at answers, which must then be transformed first. */
  readonly transforms: boolean;
  /** True if an attempt's request may be changed, so that even the first must be a copy. */
  readonly copies: boolean;
}

/** Sends requests with an adapter of axios. */
export class AxiosTransport implements Transport<AxiosJob, Config, AxiosResponse> {
  readonly #options: AxiosTransportOptions;
  readonly bodies: BodyTransport<AxiosJob, Config, AxiosResponse> = axiosBodies;

  constructor(options: AxiosTransportOptions) {
    this.#options = options;
  }

  describe(job: AxiosJob): RequestFacts {
    return job;
  }

  /** Later requests are sent exactly as the first. The first needs no copy unless it must differ from the caller's. */
  prepare(job: AxiosJob, signal: AbortSignal | undefined, attempt: number): Config {
    const config = job.request;
    const headers = copyOfHeaders(config);
    job.written = { headers, adapter: config.adapter };
    config.transformResponse = job.transformResponse;
    let sent = config;
    if (attempt !== 1 || this.#options.copies || signal !== config.signal || job.plain !== undefined) {
      // axios makes its configs without a prototype, which are slow to copy; a copy of one is not.
      job.plain ??= { ...config };
      sent = { ...job.plain, headers };
      if (signal !== undefined) sent.signal = signal;
    }
    // What is accepted is decided at the end, and what is tried again by the status.
    sent.validateStatus = anyStatus;
    return sent;
  }

  async send(sent: Config, job: AxiosJob): Promise<AxiosResponse> {
    const config = job.request;
    let response: AxiosResponse | undefined;
    try {
      response = await job.adapter(sent);
    } catch (error) {
      if (sent === config) job.restore();
      response = (error as { response?: AxiosResponse } | null | undefined)?.response;
      // A body that broke off comes with the answer that it began with.
      if (response === undefined || response.status < 400) throw error;
    }
    // The config that the caller sees is the caller's, not the attempt's.
    response.config = config;
    const { data } = response as { data: unknown };
    if (this.#options.transforms) transformNow(response, config);
    if (response.data !== data) job.changesBody = true;
    if (sent === config && response.status >= 400) job.restore();
    return response;
  }

  failure(error: unknown, { request: config }: AxiosJob): Failure | undefined {
    const failure = networkFault(error);
    if (failure === undefined) return undefined;
    const { code, request } = error as { code?: string; request?: unknown };
    const own = code?.startsWith('TENAX_') ? 'ETIMEDOUT' : code;
    return {
      reason: own ?? failure.reason,
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
    // An answer from 400 on has a typed error.
    return new axios.AxiosError(message, 'ERR_BAD_RESPONSE', config, response.request, response);
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
      // Not 'error': our listener would handle the error instead of the caller's.
      data.once('close', ended);
      data.once('end', ended);
    } else if (isWebStream(data)) response.data = watchStream(data, ended, response);
    else ended();
    return response;
  }
}

/** The body of an answer, if it is a stream of Node's or of the platform's. */
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
