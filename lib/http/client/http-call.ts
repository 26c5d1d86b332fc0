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
import { CallSignal } from './call-signal.js';
import { checkSent, type AttemptOptions } from './attempt-options.js';
import type { Refresher, RefreshOptions } from './refresh.js';
import { watchRedirects } from './redirects.js';
import type { Answer, Failure, RequestFacts, Transport } from './transport.js';

/** Reads an answer while its attempt lasts: a body that breaks off fails the attempt. */
export type Read<Response> = (response: Response) => Promise<unknown>;

/** What a call needs of its client. */
export interface ClientOfCall<Job, Sent, Response extends Answer> {
  readonly transport: Transport<Job, Sent, Response>;
  readonly options: AttemptOptions<any, any> & RefreshOptions & RetryOptions<any>;
  readonly retrying: Retrying;
  readonly refresher: Refresher | undefined;
  /** Whether the condition looks at accepted answers. */
  readonly looksAtAnswers: boolean;
  /** True if the server may get the request twice. */
  isRepeatable(facts: RequestFacts): boolean;
}

/** One request under a policy: everything that belongs to this request and to no other. */
export class HttpCall<Job = any, Sent = any, Response extends Answer = any> {
  readonly client: ClientOfCall<Job, Sent, Response>;
  readonly job: Job;
  readonly facts: RequestFacts;
  /** Ends the call, with its body. */
  readonly signal: CallSignal;
  readonly read: Read<Response> | undefined;
  /** What `read` returned for the latest answer. */
  result: { readonly value: unknown } | undefined = undefined;
  state: RetryCallState | undefined = undefined;
  /** The typed error of the latest answer from 400 on. */
  failure: HttpError | undefined = undefined;
  /** An error that no condition can have tried again, and what the caller gets for it. */
  final: { readonly error: unknown; readonly shown: unknown } | undefined = undefined;
  /** Whether the latest attempt followed a redirect; `undefined` where that makes no difference. */
  redirected: boolean | undefined = undefined;
  /** True if a fallback's response replaces the answer. */
  replaced = false;
  /** Headers that every attempt sends beside those of the request. */
  extraHeaders: Readonly<Record<string, string>> | undefined = undefined;
  /** How many refreshes had succeeded when the latest attempt got its credentials. */
  generation: number | undefined = undefined;
  /** Whether credentials have been refreshed for it. */
  refreshed = false;
  #repeatable: boolean | undefined = undefined;

  constructor(client: ClientOfCall<Job, Sent, Response>, job: Job, read: Read<Response> | undefined) {
    this.client = client;
    this.job = job;
    this.read = read;
    this.facts = client.transport.describe(job);
    const { signal } = this.facts;
    this.signal = signal instanceof CallSignal ? signal : new CallSignal(signal ?? undefined);
  }

  /** The full address, without credentials and query. */
  get url(): string {
    return safeUrl(this.facts.url);
  }

  /** What `state.request` is. */
  get request(): object {
    return this.facts.request ?? this.facts;
  }

  /** Makes one attempt. A request is on its way when this returns, unless `beforeAttempt` or the body takes time. */
  async attempt({ state }: Attempt): Promise<Response> {
    const { transport } = this.client;
    this.state = state;
    this.result = undefined;
    const { signal } = this;
    const own = state.signal ?? signal.current;
    const link = own === undefined ? undefined : signal.linkTo(own);
    let sent: Sent;
    try {
      const prepared = this.#prepare(link === undefined ? own : link.signal, state.attemptNumber);
      sent = isThenable(prepared) ? await prepared : prepared;
      // The attempt may have ended meanwhile: then nothing is sent.
      if (own?.aborted) throw abortReason(own);
    } catch (error) {
      link?.release();
      throw own?.aborted ? error : this.#faultOf(error);
    }
    this.#repeatable ??= this.client.isRepeatable(this.facts);
    const watch = this.#repeatable ? undefined : watchRedirects(this.facts.url);
    let response: Response;
    try {
      response = await transport.send(sent, this.job);
    } catch (error) {
      link?.release();
      // What comes after the end of its attempt changes nothing.
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
    const ended = signal.bodyOf(link);
    if (ended !== undefined) response = this.#watch(response, ended);
    if (response.status < 400) return this.read === undefined ? response : this.#readNow(response, this.read);
    const { method, url } = this.facts;
    this.failure = errorOf(response, { method, asked: url, attempts: state.attemptNumber, note: this.#note });
    throw this.failure;
  }

  /** True for an error that the call fails with, whatever a condition says. */
  isFinal(error: unknown): boolean {
    return this.final !== undefined && this.final.error === error;
  }

  /** Attempts that follow belong to another failure. */
  startOver(): void {
    this.refreshed = false;
    this.failure = undefined;
    this.final = undefined;
  }

  /** What an aborted call fails with. */
  abortError(reason: unknown): unknown {
    return this.client.transport.aborted?.(reason, this.job) ?? reason;
  }

  /** Why a body has no rest. */
  brokenBody(received: number, why: string, cause?: unknown): NetworkError {
    return this.#networkError({ reason: why, cause }, brokenOff(received));
  }

  /** An attempt that takes too long is a request without an answer, for conditions and hooks too. */
  networkErrorOf(error: unknown): unknown {
    // Most are the typed error of an answer.
    if (
      error === this.failure ||
      !(error instanceof AttemptTimeoutError) ||
      error.limit === 'idleTimeout' ||
      isOwnRefusal(error)
    )
      return error;
    return this.#networkError({ cause: error, ...this.#read(error), reason: `${error.limit} of ${error.timeout} ms` });
  }

  /** The typed error of a request that failed with `error`, or whose body did after so many bytes. */
  failureOf(error: unknown, received?: number): unknown {
    // The engine knows why its signal aborted.
    if (this.state?.signal?.aborted) return error;
    const failure = this.#read(error);
    return failure === undefined
      ? error
      : this.#networkError(failure, received === undefined ? undefined : brokenOff(received));
  }

  accepts(response: Response): boolean {
    return this.client.transport.accepts?.(response, this.job) ?? response.status < 400;
  }

  /** An error of a hook belongs to the hook. Within the policy it counts as one of the policy, not of the request. */
  #faultOf(error: unknown): unknown {
    const fault = new PolicyError('beforeAttempt', this.state?.fnName ?? '', error, undefined);
    this.final = { error: fault, shown: error };
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
      // The credentials are those of this moment.
      this.generation = refresher?.generation;
      return this.#withExtra(checkSent((await beforeAttempt(given, attempt)) as Sent));
    };
    return isThenable(prepared) ? prepared.then(ask) : ask(prepared);
  }

  /** Before `beforeAttempt`, which may sign them, and after it, which may have left them out. */
  #withExtra(sent: Sent): Sent {
    const { extraHeaders } = this;
    return extraHeaders === undefined ? sent : (this.client.transport.bodies?.withHeaders(sent, extraHeaders) ?? sent);
  }

  /** Reads an accepted answer as part of the attempt. A condition that looks at answers has an unread one. */
  async #readNow(response: Response, read: Read<Response>): Promise<Response> {
    const unread = this.client.looksAtAnswers ? (this.client.transport.clone?.(response) ?? response) : response;
    try {
      this.result = { value: await read(response) };
    } catch (error) {
      throw this.failureOf(error);
    }
    return unread;
  }

  #watch(response: Response, ended: () => void): Response {
    const { transport } = this.client;
    if (transport.watchBody !== undefined) return transport.watchBody(response, ended);
    ended();
    return response;
  }

  /** Why there was no answer, if the error is about that. */
  #read(error: unknown): Failure | undefined {
    const { transport } = this.client;
    if (transport.failure !== undefined) return transport.failure(error, this.job);
    const failure = networkFailure(error);
    return failure === undefined ? undefined : { ...failure, cause: error };
  }

  #networkError({ reason, cause, axios, retryable }: Failure, what?: string): NetworkError {
    const { facts, url } = this;
    const { method } = facts;
    const attempts = this.state?.attemptNumber;
    return new NetworkError({ method, url, cause, attempts, note: this.#note, axios, retryable, what }, reason);
  }

  /** Why there was no further attempt, where there could be none. */
  get #note(): string | undefined {
    const { notReplayable } = this.facts;
    return notReplayable === undefined ? undefined : `not retried: ${notReplayable}`;
  }
}

/** The call that a state belongs to; `undefined` for the state of `retrying.decide`, which has a request alone. */
export const callOf = (state: RetryCallState): HttpCall | undefined =>
  state.self instanceof HttpCall ? state.self : undefined;

/** What ends the call that a state belongs to. */
export const signalOf = (state: RetryCallState): CallSignal | undefined => callOf(state)?.signal;

const brokenOff = (received: number): string => `broke off after ${received} bytes`;
