import { createRetrying, type Retrying } from '../../engine/retrying.js';
import { leadToCaller } from '../../base/lead-to-caller.js';
import { ATTEMPT } from '../../engine/attempt.js';
import type { JudgedState } from '../../call/judged-state.js';
import type { Outcome } from '../../call/outcome.js';
import type { PolicyInternals } from '../../engine/policy.js';
import { limitGate } from '../../limits/gate.js';
import { readLimits } from '../../limits/keyed-limiter.js';
import { firstTrait } from '../../strategies/strategy.js';
import type { RetryCallState } from '../../call/call-state.js';
import { checkAttemptOptions, setIdempotencyKey, type WritableHeaders } from './attempt-options.js';
import { checkFacts, checkTransport } from './check-transport.js';
import { checkClientOptions, clientPolicy, type ClientOptions } from './client-options.js';
import { checkBodyOptions } from './body/body-options.js';
import { askForUnencodedBody, watchEnd, withIdleTimeout, withResume } from './body/watch-body.js';
import { discardLost, endingOf, refusalOf } from './ending.js';
import { callOf, HttpCall, type ClientOfCall, type Read } from './http-call.js';
import { nameOf } from './invocation.js';
import { checkRefreshOptions, mayResend, Refresher } from './refresh.js';
import { isRepeatable } from './rules.js';
import type { Answer, RequestFacts, Transport } from './transport.js';

/**
 * Makes the HTTP calls of all clients: a policy over a transport. It makes the attempts with their signals, idempotency keys
 * and credentials, and turns the result into an answer or a typed error.
 */
export class HttpClient<Job = any, Sent = any, Response extends Answer = any> implements ClientOfCall<
  Job,
  Sent,
  Response
> {
  readonly transport: Transport<Job, Sent, Response>;
  readonly options: ClientOptions<any, any>;
  readonly retrying: Retrying;
  readonly refresher: Refresher | undefined;
  readonly looksAtAnswers: boolean;
  /** The policy of the requests for the rest of a body. */
  readonly retryingBodies: Retrying | undefined;

  /** @throws TypeError or RangeError that names the option and what it takes. */
  constructor(transport: Transport<Job, Sent, Response>, options: ClientOptions<any, any>) {
    checkClientOptions(options);
    checkAttemptOptions(options);
    checkRefreshOptions(options);
    checkBodyOptions(options, transport.bodies !== undefined);
    const { refresh } = options;
    this.transport = transport;
    this.options = options;
    const refresher = refresh === undefined || refresh === false ? undefined : Refresher.of(refresh);
    this.refresher = refresher;
    const policy = clientPolicy(options, (state) => {
      discardOutcome(transport, state as JudgedState);
    });
    const internals = {
      quiet: true,
      limiterGate: gateMaker(transport),
      failureOf: (error: unknown, state: RetryCallState) => callOf(state)?.networkErrorOf(error) ?? error,
      mayResend:
        refresher &&
        ((state: RetryCallState) => {
          const call = callOf(state);
          return call !== undefined && mayResend(call, refresher, state.outcome as Outcome);
        }),
    };
    this.retrying = createRetrying(policy, internals);
    this.looksAtAnswers = !policy.retryIf.errorsOnly || mayReadAnswers(options);
    // A deadline is for the headers, and a fallback cannot replace the rest of a body.
    this.retryingBodies =
      options.resume === true ? createRetrying({ ...policy, ...WITHOUT_CALL_OPTIONS }, internals) : undefined;
  }

  /** Makes a call. Resolves with an answer that the transport accepts, and rejects with the error of a failed call. */
  async send(call: HttpCall<Job, Sent, Response>): Promise<Response> {
    const { facts } = call;
    const { idempotencyKey, resume } = this.options;
    try {
      if (resume === true) askForUnencodedBody(this, call);
      if (idempotencyKey !== undefined) {
        setIdempotencyKey(idempotencyKey, facts.method, facts.target ?? (facts as Keyed));
      }
      // eslint-disable-next-line @typescript-eslint/unbound-method -- the engine calls it on the call
      const { attempt, request } = call;
      const response = (await this.retrying.execute(call, attempt as never, ATTEMPT, nameOf, request)) as Response;
      if (call.replaced) return response;
      if (call.accepts(response)) return this.#withResume(call, response);
      return await this.#refuse(call, response);
    } catch (error) {
      const { answer, failure } = endingOf(call, error);
      if (answer !== undefined) return this.#withResume(call, answer);
      discardLost(call, error, call.signal.aborted !== undefined);
      // eslint-disable-next-line @typescript-eslint/unbound-method -- names the frame
      throw leadToCaller(failure?.error, this.send);
    } finally {
      call.signal.end();
    }
  }

  #withResume(call: HttpCall<Job, Sent, Response>, response: Response): Response {
    return this.options.resume === true ? withResume(this, call, response) : response;
  }

  watch(call: HttpCall<Job, Sent, Response>, response: Response, ended: (() => void) | undefined): Response {
    const watched = ended === undefined ? response : watchEnd(this.transport, response, ended);
    const { idleTimeout = Infinity } = this.options;
    return idleTimeout === Infinity ? watched : withIdleTimeout(this, call, watched, idleTimeout);
  }

  /** Fails a call whose last answer the policy accepted, but the transport does not. */
  async #refuse(call: HttpCall<Job, Sent, Response>, response: Response): Promise<Response> {
    const error = refusalOf(call, response);
    const { fallback } = this.options;
    if (fallback === undefined) throw error;
    call.replaced = true;
    return (await fallback(error, call.state as JudgedState)) as Response;
  }

  /**
   * `beforeAttempt` may have made a POST of a GET, or dropped an Idempotency-Key, and a transport may send other headers than
   * those that got the key: the rules apply to both.
   */
  isRepeatable({ method, headers }: RequestFacts, sent: Sent): boolean {
    const { methods, beforeAttempt, idempotencyKey } = this.options;
    if (!isRepeatable(method, headers, methods)) return false;
    if (beforeAttempt === undefined && idempotencyKey === undefined) return true;
    const changed = sent as { readonly method?: unknown; readonly headers?: unknown };
    return isRepeatable(String(changed.method ?? method), changed.headers ?? headers, methods);
  }

  /** Makes the call of one request. `read` reads a successful answer within its attempt. */
  call(job: Job, read?: Read<Response>): HttpCall<Job, Sent, Response> {
    return new HttpCall(this, job, read);
  }
}

/** Makes the gate of the client's limits. A `settle` gets a copy of the answer, so that it may read the body. */
const gateMaker =
  (transport: Transport<any, any, any>): PolicyInternals['limiterGate'] =>
  (limits, wait, options) =>
    limitGate(limits, {
      ...options,
      cap: firstTrait(wait, 'serverTimeCap'),
      copyOf: (answer): unknown => transport.clone?.(answer),
    });

/** Whether a part of the policy other than the retry condition may read the body of a successful answer. */
function mayReadAnswers({ limiter, breaker, onSuccess }: ClientOptions<any, any>): boolean {
  const settles = limiter !== undefined && readLimits('limiter', limiter).some(({ settle }) => settle !== undefined);
  return settles || breaker !== undefined || onSuccess !== undefined;
}

/** A request that an Idempotency-Key can be added to. */
type Keyed = { readonly headers: WritableHeaders };

/** Removes the options that do not apply to the rest of a body. */
const WITHOUT_CALL_OPTIONS = { deadline: undefined, fallback: undefined, retryErrorCallback: undefined };

/** Cancels the body of an answer that is retried, to free its connection for the next attempt. */
function discardOutcome(transport: Transport<any, any, any>, state: JudgedState): void {
  const call = callOf(state);
  const { outcome } = state;
  if (call === undefined) return;
  const { failure } = call;
  if (!outcome.failed) transport.discard?.(outcome.value);
  else if (failure !== undefined && failure === outcome.error) transport.discard?.(failure.response);
}

/**
 * Returns a client over a {@link Transport}. It retries, limits and refreshes as {@link retryingFetch} and `RetryingAxios`
 * do.
 *
 * @param options The options of `retryingFetch`.
 * @returns A function that sends one request. It resolves with an answer below 400. It rejects with the typed error of any
 *   other answer, with a `NetworkError` if there was no answer, and with `signal.reason` after an abort.
 * @throws TypeError or RangeError that names the option, or the function of the transport, and what it takes.
 *
 * @example
 * ```ts
 * import { createHttpClient } from 'tenax/http';
 *
 * const send = createHttpClient(
 *   {
 *     describe: (path: string) => ({ method: 'GET', url: `http://api.test${path}`, headers: {} }),
 *     prepare: (path) => path,
 *     send: async (path) => ({ status: 200, headers: {}, body: `the page at ${path}` }),
 *   },
 *   { attemptTimeout: 5000 },
 * );
 * console.log((await send('/items')).body); // the page at /items
 * ```
 */
export function createHttpClient<Job, Sent, Response extends Answer>(
  transport: Transport<Job, Sent, Response>,
  options: ClientOptions<Sent> = {},
): (job: Job) => Promise<Response> {
  checkTransport('createHttpClient', transport);
  const client = new HttpClient(transport, options);
  return async (job) => {
    const call = client.call(job);
    checkFacts(call.facts);
    return client.send(call);
  };
}
