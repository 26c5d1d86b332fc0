import type { MaybeAsync } from '../../base/thenable.js';
import type { BodyTransport } from './body/body-transport.js';
import type { WritableHeaders } from './attempt-options.js';
import type { CallSignal } from './call-signal.js';

/** The common part of the answers of all clients. */
export interface Answer {
  /** The HTTP status. */
  readonly status: number;
  /** The headers in any shape that `parseRetryAfter` accepts. */
  readonly headers: unknown;
}

/** What is known of a request before it is sent. */
export interface RequestFacts {
  /** The method in capitals. */
  readonly method: string;
  /** The full address. Errors and logs show it without credentials and query. */
  readonly url: string;
  /** The headers, for the method rules, which look for an Idempotency-Key. */
  readonly headers: unknown;
  /** Aborts the call and the body of its answer. */
  readonly signal?: AbortSignal | CallSignal | null | undefined;
  /** Why the body cannot be sent twice; `undefined` if it can. */
  readonly notReplayable?: string | undefined;
  /** The value of `state.request`, which limits, breakers and budgets receive too. Default: this object. */
  readonly request?: object | undefined;
  /** The argument of `idempotencyKey`; the key is put into its headers, which `prepare` has to send. Default: this object. */
  readonly target?: { readonly headers: WritableHeaders } | undefined;
}

/** Why a request got no answer. */
export interface Failure {
  /** The reason in the message of the `NetworkError`, usually a code. */
  readonly reason: string;
  /** The cause of the `NetworkError`. */
  readonly cause: unknown;
  /** False if another attempt would fail in the same way, for example because of an untrusted certificate. Default true. */
  readonly retryable?: boolean | undefined;
  /** The properties of axios' own errors, for its transport: the `NetworkError` then has them too. */
  readonly axios?:
    { readonly config: unknown; readonly request: unknown; readonly code: string | undefined } | undefined;
}

/**
 * How an HTTP client sends requests. Everything else about HTTP (retries, limits, signals, idempotency keys, refreshes,
 * typed errors) is the same for all transports: {@link createHttpClient} returns a client over a transport.
 *
 * `Job` is a request as the client's user passes it, `Sent` is what one attempt sends, `Response` is the answer.
 */
export interface Transport<Job, Sent, Response extends Answer> {
  /** Returns what is known of a request before it is sent. */
  describe(job: Job): RequestFacts;

  /** Returns what one attempt sends: a copy that `beforeAttempt` may change. */
  prepare(job: Job, signal: AbortSignal | undefined, attempt: number): MaybeAsync<Sent>;

  /** Sends a request. Resolves with the answer, whatever its status. */
  send(sent: Sent, job: Job): Promise<Response>;

  /**
   * Returns why there was no answer; `undefined` for an error that is not about the network. Default: reads the errors of
   * all known clients and runtimes.
   */
  failure?(error: unknown, job: Job): Failure | undefined;

  /** Returns true if the last answer of a call counts as a success. Default: true for every status below 400. */
  accepts?(response: Response, job: Job): boolean;

  /** True if a failed last answer still resolves the call, as with fetch. Default false. */
  readonly resolvesAll?: boolean | undefined;

  /** Returns the error of a last answer that is not accepted although its status is below 400. Default: a `ClientError`. */
  refusal?(response: Response, job: Job): unknown;

  /** Returns what an aborted call rejects with. Default: the signal's reason. */
  aborted?(reason: unknown, job: Job): unknown;

  /** Returns a copy whose body can be read without reading the original's. */
  clone?(response: Response): Response;

  /** Cancels an unread body, to free its connection. */
  discard?(response: Response): void;

  /**
   * Calls `ended` once the body has been read to its end, has failed or was cancelled. Until then, the caller's abort must
   * reach the body. Returns the answer, or a copy of it with a watched body. Default: the body counts as read.
   */
  watchBody?(response: Response, ended: () => void): Response;

  /**
   * True if `send` leaves listeners on the signal that it was given. Each attempt then gets a signal of its own, and the
   * caller's loses its listeners with the body. Default false.
   */
  readonly leavesListeners?: boolean | undefined;

  /** Support for the options `idleTimeout` and `resume`, which throw without it. */
  readonly bodies?: BodyTransport<Job, Sent, Response> | undefined;
}
