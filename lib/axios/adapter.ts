import axios, { type AxiosAdapter, type AxiosError, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { AttemptTimeoutError } from '../engine/errors.js';
import { Retrying } from '../engine/retrying.js';
import { checkAttemptOptions, checkSent, setIdempotencyKey } from '../http/client/attempt-options.js';
import { signalOfCall, type CallSignal } from '../http/client/call-signal.js';
import { ClientLimiter, type LimitedCall } from '../http/client/client-limiter.js';
import { httpPolicy, type RequestOfCall } from '../http/client/client-options.js';
import { HttpError, NetworkError } from '../http/errors.js';
import { lastAnswer, type AnsweredCall } from '../http/client/last-answer.js';
import { errorOf } from '../http/raise-for-status.js';
import { safeUrl } from '../http/url.js';
import { isThenable } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import { callSignalOf } from './call-signal.js';
import { canceled } from './canceled.js';
import { isNetworkFault } from './network-fault.js';
import type { AxiosRetryOptions } from './options.js';
import { makeReplayable } from './replay.js';
import { transformNow } from './transform.js';

type AdapterOption = InternalAxiosRequestConfig['adapter'];

/** Marks our adapter and tells what it wraps, so that wrapping twice is wrapping once. */
const INNER = Symbol.for('tenax.axios.adapter');
type Marked = AxiosAdapter & { [INNER]: () => AdapterOption };

const isMarked = (adapter: unknown): adapter is Marked => typeof adapter === 'function' && INNER in adapter;

/** One request under a policy. What only errors and rules want to know is worked out when they ask. */
class AxiosCall implements RequestOfCall, LimitedCall, AnsweredCall {
  readonly policy: RequestPolicy;
  readonly config: InternalAxiosRequestConfig;
  readonly send: AxiosAdapter;
  readonly onceOnly: string | undefined;
  readonly signal: CallSignal;
  /** As the caller gave it; what it made of one attempt's answer is not for the next. */
  readonly transformResponse: InternalAxiosRequestConfig['transformResponse'];
  state: RetryCallState | undefined = undefined;
  refused: LimitedCall['refused'] = undefined;
  failure: HttpError | undefined = undefined;
  /** A copy of the config, made for the first attempt that needs one. */
  plain: InternalAxiosRequestConfig | undefined = undefined;

  constructor(
    policy: RequestPolicy,
    config: InternalAxiosRequestConfig,
    send: AxiosAdapter,
    onceOnly: string | undefined,
  ) {
    this.policy = policy;
    this.config = config;
    this.send = send;
    this.onceOnly = onceOnly;
    this.signal = callSignalOf(config);
    this.transformResponse = config.transformResponse;
  }

  get method(): string {
    return (this.config.method ?? 'get').toUpperCase();
  }

  /** Without credentials and query. */
  get url(): string {
    return safeUrl(this.config.url ?? '', this.config.baseURL);
  }

  get headers(): unknown {
    return this.config.headers;
  }

  get methods(): readonly string[] | undefined {
    return this.policy.options.methods;
  }
}

/** `GET https://host/path`: how a request is called in logs and errors. */
const nameOfRequest = (call: unknown): string => `${(call as AxiosCall).method} ${(call as AxiosCall).url}`;

/** A policy ready for requests. */
export interface RequestPolicy {
  readonly options: AxiosRetryOptions;
  readonly retrying: Retrying;
  readonly limiter: ClientLimiter | undefined;
}

/** Checks the options and makes the policy. */
export function requestPolicy(options: AxiosRetryOptions): RequestPolicy {
  checkAttemptOptions(options);
  const { beforeAttempt: _beforeAttempt, idempotencyKey: _idempotencyKey, signal: common, ...rest } = options;
  const limiter = rest.limiter === undefined ? undefined : new ClientLimiter(rest.limiter, rest.wait);
  const policy = httpPolicy(
    { ...rest, signal: signalOfCall(common) },
    (state) => {
      const call = state.self as AxiosCall;
      call.state = state;
      return limiter?.admit(call, call.config, state.signal);
    },
    letGo,
  );
  return { options, retrying: new Retrying(policy), limiter };
}

/** The stream of an answer that is not the last is let go, so that its socket is free for the next attempt. */
function letGo(state: RetryCallState): void {
  const outcome = state.outcome as Outcome<Answer>;
  const answer = outcome.failed ? (outcome.error as { response?: Answer } | null | undefined)?.response : outcome.value;
  const stream = answer?.data;
  if (typeof stream?.destroy === 'function') {
    stream.on?.('error', () => undefined);
    stream.destroy();
  } else if (typeof stream?.cancel === 'function') void Promise.resolve(stream.cancel()).catch(() => undefined);
}

/** An answer whose body may be a stream, of Node's or of the platform's. */
interface Answer {
  readonly data:
    | { destroy?: () => void; on?: (event: string, ignore: () => void) => void; cancel?: () => unknown }
    | null
    | undefined;
}

/** The adapter that makes a request's attempts with `adapter`, or with what `fallback` answers at that time. */
export function retryingAdapter(
  policy: RequestPolicy,
  adapter: AdapterOption,
  fallback: () => AdapterOption,
): AxiosAdapter {
  const resolve = (): AdapterOption => {
    const current = adapter ?? fallback();
    return isMarked(current) ? current[INNER]() : current;
  };
  const wrapped = (config: InternalAxiosRequestConfig): Promise<AxiosResponse> => perform(policy, config, resolve());
  return Object.assign(wrapped, { [INNER]: resolve });
}

/** An adapter's name or names, as axios resolves them; before 1.5 it had only functions. */
function callable(adapter: AdapterOption): AxiosAdapter {
  if (typeof adapter === 'function') return adapter;
  const { getAdapter } = axios as { getAdapter?: (adapter: AdapterOption) => AxiosAdapter };
  return getAdapter?.(adapter) ?? (axios.defaults.adapter as AxiosAdapter);
}

async function perform(
  policy: RequestPolicy,
  config: InternalAxiosRequestConfig,
  adapter: AdapterOption,
): Promise<AxiosResponse> {
  const { options, retrying } = policy;
  const { validateStatus } = config;
  const rewriting = makeReplayable(config);
  const onceOnly = isThenable(rewriting) ? await rewriting : rewriting;
  const call = new AxiosCall(policy, config, callable(adapter), onceOnly);
  try {
    setIdempotencyKey(options.idempotencyKey, call.method, config);
    const response = (await retrying.execute(call, makeAttempt as never, NOTHING, nameOfRequest)) as AxiosResponse;
    if (!accepted(response, validateStatus)) throw statusError(response, config);
    return response;
  } catch (error) {
    const { aborted } = call.signal;
    if (aborted !== undefined) throw canceled(config, aborted.reason);
    const answer = lastAnswer(error, call, options) as AxiosResponse | undefined;
    if (answer !== undefined) {
      if (accepted(answer, validateStatus)) return answer;
      throw error === call.failure ? error : statusError(answer, config);
    }
    if (error instanceof AttemptTimeoutError) throw networkError(call, error, 'ETIMEDOUT');
    throw error;
  } finally {
    config.validateStatus = validateStatus;
    call.signal.release();
  }
}

const NOTHING: readonly unknown[] = [];

/** Whether a status is accepted is decided at the end; what is tried again is decided by the status. */
const anyStatus = (): boolean => true;

async function makeAttempt(this: AxiosCall): Promise<AxiosResponse> {
  const { state, config, policy } = this;
  const { limiter } = policy;
  const { beforeAttempt } = policy.options;
  const signal = state?.signal;
  if (this.refused !== undefined) throw this.refused.error;
  // A request that is not the first goes out as the first did. The first itself needs no copy but of its headers, unless
  // it is to differ from what the caller has.
  const headers = copyOfHeaders(config);
  const { adapter } = config;
  config.transformResponse = this.transformResponse;
  let request = config;
  if (state?.attemptNumber !== 1 || signal !== config.signal || beforeAttempt !== undefined) {
    // axios makes its configs without a prototype, which are slow to copy; a copy of one is not.
    this.plain ??= { ...config };
    request = { ...this.plain, headers };
    if (signal !== undefined) request.signal = signal;
  }
  request.validateStatus = anyStatus;
  if (beforeAttempt !== undefined) request = checkSent(await beforeAttempt(request, state?.attemptNumber ?? 1));
  let response: AxiosResponse;
  try {
    response = await this.send(request);
  } catch (error) {
    if (request === config) restore(config, headers, adapter);
    const answered = (error as AxiosError | undefined)?.response;
    // A body that broke off comes with the answer that it began with.
    if (answered === undefined || answered.status < 400)
      throw isNetworkFault(error) ? networkError(this, error as Error) : error;
    response = answered;
  }
  // The config that the caller sees is the caller's, not the attempt's.
  response.config = config;
  limiter?.report(config, response);
  if (policy.options.retryIf !== undefined) transformNow(response, config);
  if (response.status < 400) return response;
  if (request === config) restore(config, headers, adapter);
  this.failure = errorOf(response, { method: this.method, attempts: state?.attemptNumber, note: note(this) });
  throw this.failure;
}

/** Takes back what adapters write into a request: headers, and mocks delete the adapter. */
function restore(
  config: InternalAxiosRequestConfig,
  headers: InternalAxiosRequestConfig['headers'],
  adapter: AdapterOption,
): void {
  config.headers = headers;
  config.adapter = adapter;
}

function copyOfHeaders({ headers }: InternalAxiosRequestConfig): InternalAxiosRequestConfig['headers'] {
  const copy = Object.create(Object.getPrototypeOf(headers) as object) as InternalAxiosRequestConfig['headers'];
  return Object.assign(copy, headers);
}

const note = ({ onceOnly }: AxiosCall): string | undefined =>
  onceOnly === undefined ? undefined : `not retried: ${onceOnly}`;

function networkError(
  call: AxiosCall,
  cause: Error & { code?: string; request?: unknown },
  code = cause.code,
): NetworkError {
  const { config, method, url, state } = call;
  const axiosParts = { config, request: cause.request, code };
  return new NetworkError(
    { method, url, cause, attempts: state?.attemptNumber, note: note(call), axios: axiosParts },
    code ?? 'no connection',
  );
}

/** As axios' own `settle`: no status and no validateStatus accept. */
function accepted({ status }: AxiosResponse, validateStatus: InternalAxiosRequestConfig['validateStatus']): boolean {
  return !status || typeof validateStatus !== 'function' || validateStatus(status);
}

const statusError = (response: AxiosResponse, config: InternalAxiosRequestConfig): AxiosError =>
  new axios.AxiosError(
    `Request failed with status code ${response.status}`,
    'ERR_BAD_REQUEST',
    config,
    response.request,
    response,
  );
