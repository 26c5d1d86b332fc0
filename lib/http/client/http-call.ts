import { abortReason } from '../../base/abort.js';
import { isThenable, type MaybeAsync } from '../../base/thenable.js';
import { mapAnswer } from '../../strategies/decide.js';
import type { RetryCallState } from '../../call/call-state.js';
import { isOwnRefusal } from '../../call/gate.js';
import type { Attempt } from '../../engine/attempt.js';
import { AttemptTimeoutError, PolicyError } from '../../engine/errors.js';
import type { RetryOptions } from '../../engine/options.js';
import type { Retrying } from '../../engine/retrying.js';
import { errorOf, NetworkError, type HttpError } from '../errors.js';
import { networkFailure } from '../../headers/network-failure.js';
import { safeUrl } from '../url.js';
import { safeRefusal } from '../without-secrets.js';
import type { BodyTransport } from './body/body-transport.js';
import { CallSignal } from './call-signal.js';
import type { AttemptOptions } from './attempt-options.js';
import { checkAnswer, checkSent } from './check-transport.js';
import type { Refresher, RefreshOptions } from './refresh.js';
import { watchRedirects } from './redirects.js';
import type { Answer, Failure, RequestFacts, Transport } from './transport.js';

/** Reads the body of an answer within its attempt, so that a body that breaks off fails the attempt. */
export type Read<Response> = (response: Response) => Promise<unknown>;

/** The parts of a client that a call uses. */
export interface ClientOfCall<Job, Sent, Response extends Answer> {
  readonly transport: Transport<Job, Sent, Response>;
  readonly options: AttemptOptions<any, any> & RefreshOptions & RetryOptions<any>;
  readonly retrying: Retrying;
  readonly refresher: Refresher | undefined;
  /** Whether the policy may read the body of a successful answer: its retry condition, a `settle`, a breaker or a hook. */
  readonly looksAtAnswers: boolean;
  /** True if the server may receive the request twice, both as it was made and as it is sent. */
  isRepeatable(facts: RequestFacts, sent: Sent): boolean;
  /** Calls `ended` with the end of an answer's body, and bounds it, and every copy that the policy reads, by `idleTimeout`. */
  watch(call: HttpCall<Job, Sent, Response>, response: Response, ended: (() => void) | undefined): Response;
}

/** One request under a policy, with everything that belongs to this request alone. */
export class HttpCall<Job = any, Sent = any, Response extends Answer = any> {
  readonly client: ClientOfCall<Job, Sent, Response>;
  readonly job: Job;
  readonly facts: RequestFacts;
  /** Aborts the call and the body of its answer. */
  readonly signal: CallSignal;
  readonly read: Read<Response> | undefined;
  /** What `read` returned for the latest answer. */
  result: { readonly value: unknown } | undefined = undefined;
  state: RetryCallState | undefined = undefined;
  /** The answer of the latest attempt. */
  answer: Response | undefined = undefined;
  /** The typed error of the latest answer, if its status was 400 or above. */
  failure: HttpError | undefined = undefined;
  /** An error that is never retried, and the error that the caller gets instead. */
  final: { readonly error: unknown; readonly forCaller: unknown } | undefined = undefined;
  /** Whether the latest attempt followed a redirect; undefined if that does not matter. */
  redirected: boolean | undefined = undefined;
  /** True if the call's result comes from a `fallback` or a `retryErrorCallback`. */
  replaced = false;
  /** Headers that every attempt sends in addition to those of the request. */
  extraHeaders: Readonly<Record<string, string>> | undefined = undefined;
  /** How many refreshes had succeeded when the latest attempt got its credentials. */
  generation: number | undefined = undefined;
  /** Whether credentials were refreshed for this call. */
  refreshed = false;
  /** Whether the server may receive each request that was sent twice; undefined before the first. */
  repeatable: boolean | undefined = undefined;

  constructor(client: ClientOfCall<Job, Sent, Response>, job: Job, read: Read<Response> | undefined) {
    this.client = client;
    this.job = job;
    this.read = read;
    this.facts = client.transport.describe(job);
    const signal = (this.facts as RequestFacts | null | undefined)?.signal;
    this.signal = signal instanceof CallSignal ? signal : new CallSignal(signal ?? undefined);
  }

  /** The full address, without credentials and query. */
  get url(): string {
    return safeUrl(this.facts.url);
  }
  /** The value of `state.request`. */
  get request(): object {
    return this.facts.request ?? this.facts;
  }

  /** Makes one attempt. The request is sent synchronously, unless `beforeAttempt` or the body is asynchronous. */
  async attempt({ state }: Attempt): Promise<Response> {
    const { transport } = this.client;
    this.state = state;
    this.result = undefined;
    this.answer = undefined;
    const { signal } = this;
    const own = state.signal ?? signal.current;
    const link = own === undefined ? undefined : signal.linkTo(own, transport.leavesListeners);
    let sent: Sent;
    try {
      const prepared = this.#prepare(link === undefined ? own : link.signal, state.attemptNumber);
      sent = isThenable(prepared) ? await prepared : prepared;
      // If the attempt was aborted meanwhile, nothing is sent.
      if (own?.aborted) throw abortReason(own);
    } catch (error) {
      link?.release();
      throw own?.aborted ? error : this.#faultOf(state, error);
    }
    if (this.repeatable !== false) this.repeatable = this.client.isRepeatable(this.facts, sent);
    const watch = this.repeatable ? undefined : watchRedirects(this.facts.url);
    let response: Response;
    try {
      response = checkAnswer(await transport.send(sent, this.job));
    } catch (error) {
      link?.release();
      // An error after the end of the attempt has no effect.
      if (own?.aborted) throw error;
      this.redirected = watch?.wasRedirected(error);
      throw this.failureOf(error);
    } finally {
      watch?.stop();
    }
    if (own?.aborted) {
      link?.release();
      transport.discard?.(response);
      throw abortReason(own);
    }
    this.answer = response = this.client.watch(this, response, signal.bodyOf(link));
    if (response.status < 400) return this.read === undefined ? response : this.#readBody(response, this.read);
    const { method, url } = this.facts;
    this.failure = errorOf(response, { method, requestUrl: url, attempts: state.attemptNumber, note: this.#note });
    throw this.failure;
  }

  /** True for an error that ends the call, whatever the retry condition says. */
  isFinal(error: unknown): boolean {
    return this.final !== undefined && this.final.error === error;
  }

  /** Forgets the failure, because a body has continued since: later attempts belong to another failure. */
  startOver(): void {
    this.refreshed = false;
    this.answer = undefined;
    this.failure = undefined;
    this.final = undefined;
  }

  /** The error of an aborted call. */
  abortError(reason: unknown): unknown {
    return this.client.transport.aborted?.(reason, this.job) ?? reason;
  }

  /** The error of a body that broke off and cannot be continued. */
  brokenBody(received: number, why: string, cause?: unknown): NetworkError {
    return this.#networkError({ reason: why, cause }, brokenOff(received));
  }

  /** Turns a timeout of an attempt into a NetworkError, for conditions and hooks too. Returns other errors unchanged. */
  networkErrorOf(error: unknown): unknown {
    // The most frequent case comes first: the typed error of an answer.
    if (error === this.failure || !(error instanceof AttemptTimeoutError)) return error;
    if (error.limit === 'idleTimeout' || isOwnRefusal(error)) return error;
    // The attempt was cut off while credentials were refreshed: nobody gets its answer.
    if (this.answer !== undefined) this.client.transport.discard?.(this.answer);
    this.answer = undefined;
    const reason = `${error.limit} of ${error.timeout} ms`;
    return this.#networkError({ cause: error, ...this.#explain(error), reason });
  }

  /** The NetworkError of a request, or of a body after `received` bytes, that failed with `error`; others unchanged. */
  failureOf(error: unknown, received?: number): unknown {
    // After an abort, the engine chooses the error.
    if (this.state?.signal?.aborted) return error;
    const failure = this.#explain(error);
    if (failure === undefined) return safeRefusal(error);
    return this.#networkError(failure, received === undefined ? undefined : brokenOff(received));
  }

  accepts(response: Response): boolean {
    return this.client.transport.accepts?.(response, this.job) ?? response.status < 400;
  }

  /** Marks an error of a hook as final: the policy sees a PolicyError, and the caller gets the hook's error. */
  #faultOf({ fnName }: RetryCallState, error: unknown): unknown {
    const fault = new PolicyError('beforeAttempt', fnName, error, undefined);
    this.final = { error: fault, forCaller: error };
    return fault;
  }

  #prepare(signal: AbortSignal | undefined, attempt: number): MaybeAsync<Sent> {
    const { transport, options, refresher } = this.client;
    const { beforeAttempt } = options;
    let prepared = transport.prepare(this.job, signal, attempt);
    if (this.extraHeaders !== undefined) prepared = mapAnswer(prepared, (sent) => this.#withExtra(sent));
    this.generation = refresher?.generation;
    if (beforeAttempt === undefined) return prepared;
    const ask = async (given: Sent): Promise<Sent> => {
      // The hook takes the credentials of this moment.
      this.generation = refresher?.generation;
      return this.#withExtra(checkSent((await beforeAttempt(given, attempt)) as Sent));
    };
    return isThenable(prepared) ? prepared.then(ask) : ask(prepared);
  }

  /** Adds the extra headers of a body that is continued. Called before `beforeAttempt`, which may sign them, and after it, which may drop them. */
  #withExtra(sent: Sent): Sent {
    const bodies = this.client.transport.bodies as BodyTransport<Job, Sent, Response>;
    return this.extraHeaders === undefined ? sent : bodies.withHeaders(sent, this.extraHeaders);
  }

  /** Reads a successful answer within the attempt. The policy may get an unread copy, which holds the connection too. */
  async #readBody(response: Response, read: Read<Response>): Promise<Response> {
    const unread = this.client.looksAtAnswers ? (this.client.transport.clone?.(response) ?? response) : response;
    try {
      this.result = { value: await read(response) };
    } catch (error) {
      if (unread !== response) this.client.transport.discard?.(unread);
      throw this.failureOf(error);
    }
    return unread;
  }

  /** Why there was no answer; undefined if the error is about something else. */
  #explain(error: unknown): Failure | undefined {
    const { transport } = this.client;
    if (transport.failure !== undefined) return transport.failure(error, this.job);
    const failure = networkFailure(error);
    return failure === undefined ? undefined : { ...failure, cause: error };
  }

  #networkError({ reason, cause, axios, retryable }: Failure, what?: string): NetworkError {
    const request = { method: this.facts.method, url: this.url, attempts: this.state?.attemptNumber, note: this.#note };
    return new NetworkError({ ...request, cause, axios, retryable, what }, reason);
  }

  /** For the error's message: why the request could not be sent again; undefined if it could. */
  get #note(): string | undefined {
    const { notReplayable } = this.facts;
    return notReplayable === undefined ? undefined : `not retried: ${notReplayable}`;
  }
}

/** The call of a state; undefined for a state of `retrying.decide`, which has only a request. */
export const callOf = (state: RetryCallState): HttpCall | undefined =>
  state.self instanceof HttpCall ? state.self : undefined;

/** The signal of the call of a state. */
export const signalOf = (state: RetryCallState): CallSignal | undefined => callOf(state)?.signal;

const brokenOff = (received: number): string => `broke off after ${received} bytes`;
