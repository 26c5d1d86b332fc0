import type { MaybeAsync } from '../../base/thenable.js';
import type { BodyTransport } from './body/body-transport.js';
import type { WritableHeaders } from './attempt-options.js';
import type { CallSignal } from './call-signal.js';

/** What the answers of all clients have in common. */
export interface Answer {
  readonly status: number;
  /** In any shape that `parseRetryAfter` takes. */
  readonly headers: unknown;
}

/** What is known of a request before it is sent. */
export interface RequestFacts {
  /** In capitals. */
  readonly method: string;
  /** The full address; errors and logs show it without credentials and query. */
  readonly url: string;
  /** For the method rules, which look for an Idempotency-Key. */
  readonly headers: unknown;
  /** Ends the call, with its body. */
  readonly signal?: AbortSignal | CallSignal | null | undefined;
  /** Why the body cannot be sent twice, if that is so. */
  readonly notReplayable?: string | undefined;
  /** What `state.request` is, and what limits, breakers and budgets are asked with. Default: this object. */
  readonly request?: object | undefined;
  /** What `idempotencyKey` is called with; the key is put into its headers. Default: this object. */
  readonly target?: { readonly headers: WritableHeaders } | undefined;
}

/** Why a request got no answer. */
export interface Failure {
  /** Said in the message of the `NetworkError`: a code, as a rule. */
  readonly reason: string;
  /** What the `NetworkError` has as its cause. */
  readonly cause: unknown;
  /** False if another try would end the same way: a certificate that is not trusted. Default true. */
  readonly retryable?: boolean | undefined;
  /** What errors of axios carry. */
  readonly axios?:
    { readonly config: unknown; readonly request: unknown; readonly code: string | undefined } | undefined;
}

/**
 * How one HTTP client sends requests. Everything else about HTTP (retries, limits, signals, idempotency keys, refreshes,
 * typed errors) is the same for all transports: {@link createHttpClient} makes a client of one.
 *
 * `Job` is one request of the client, `Sent` what goes out for one attempt, `Response` what comes back.
 */
export interface Transport<Job, Sent, Response extends Answer> {
  describe(job: Job): RequestFacts;

  /** What goes out for one attempt: a copy that `beforeAttempt` may change. */
  prepare(job: Job, signal: AbortSignal | undefined, attempt: number): MaybeAsync<Sent>;

  /** Sends it. Resolves with every answer, whatever its status. */
  send(sent: Sent, job: Job): Promise<Response>;

  /**
   * Why there was no answer; `undefined` for an error that is not about the network. Default: what the errors of all known
   * clients and runtimes say.
   */
  failure?(error: unknown, job: Job): Failure | undefined;

  /** Whether an answer that is the last is no failure. Default: every status below 400. */
  accepts?(response: Response, job: Job): boolean;

  /** Whether a last answer that is a failure resolves the call all the same, as with fetch. Default false. */
  readonly resolvesAll?: boolean | undefined;

  /** The error of a last answer that is not accepted though its status is below 400. */
  refusal?(response: Response, job: Job): unknown;

  /** What an aborted call rejects with. Default: the signal's reason. */
  aborted?(reason: unknown, job: Job): unknown;

  /** A copy whose body can be read without reading the answer's own. */
  clone?(response: Response): Response;

  /** Cancels a body that nobody reads, to free its connection. */
  discard?(response: Response): void;

  /**
   * Calls `ended` once the body has been read to its end, has failed or was cancelled: until then the caller's abort has to
   * reach it. Returns the answer, or one with a body that tells. Default: the body has ended with the answer.
   */
  watchBody?(response: Response, ended: () => void): Response;

  /** What the options `idleTimeout` and `resume` need, which are refused without it. */
  readonly bodies?: BodyTransport<Job, Sent, Response> | undefined;
}
