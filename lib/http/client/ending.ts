import { PolicyError, RetryError } from '../../engine/errors.js';
import { errorOf, NetworkError } from '../errors.js';
import type { HttpCall } from './http-call.js';
import type { Answer } from './transport.js';

/** The result of a call after the policy has given up. */
export interface Ending<Response> {
  /** The last answer, if the call resolves with it. */
  readonly answer?: Response | undefined;
  /** The error that a fallback receives; undefined for an answer that counts as a success. */
  readonly failure?: { readonly error: unknown };
}

const failing = (error: unknown): Ending<never> => ({ failure: { error } });

/** The error of an answer that the transport does not accept although its status is below 400. */
export function refusalOf<Response extends Answer>(call: HttpCall<any, any, Response>, answer: Response): unknown {
  const { client, facts, state } = call;
  if (client.transport.refusal !== undefined) return client.transport.refusal(answer, call.job);
  return errorOf(answer, { method: facts.method, requestUrl: facts.url, attempts: state?.attemptNumber });
}

/** The result of a call for which the policy rejected with `error`. */
export function endingOf<Response extends Answer>(
  call: HttpCall<any, any, Response>,
  error: unknown,
): Ending<Response> {
  const { transport } = call.client;
  const { aborted } = call.signal;
  if (aborted !== undefined) return failing(call.abortError(aborted.reason));
  if (call.isFinal(error)) return failing(call.final?.forCaller);
  // An error of a fallback is passed on unchanged.
  if (call.replaced) return failing(error);
  const answer = lastAnswer(call, error);
  if (answer === undefined) return failing(error);
  if (call.accepts(answer)) return { answer };
  const refusal = error === call.failure ? error : refusalOf(call, answer);
  return { failure: { error: refusal }, answer: transport.resolvesAll === true ? answer : undefined };
}

/**
 * Cancels the body of an answer that nobody gets, to free its connection: after an abort, if a body cannot be continued with
 * it, and if a hook or a strategy threw when the answer was a success.
 */
export function discardLost<Response extends Answer>(
  { answer, client }: HttpCall<any, any, Response>,
  error: unknown,
  isAborted: boolean,
): void {
  if (answer === undefined) return;
  const isLost = error instanceof NetworkError || (error instanceof PolicyError && answer.status < 400);
  if (isAborted || isLost) client.transport.discard?.(answer);
}

/**
 * The last answer of a call: that of its typed error, or a successful one that a condition retried until the call gave up, such
 * as a 202. Undefined if the call ended otherwise, if the options ask for a `RetryError`, and for an error of a hook.
 */
function lastAnswer<Response extends Answer>(
  { state, failure, client }: HttpCall<any, any, Response>,
  error: unknown,
): Response | undefined {
  const { reraise, retryErrorClass } = client.options;
  if (failure !== undefined && error === failure) return failure.response as Response;
  if (reraise === false || retryErrorClass !== undefined || !(error instanceof RetryError)) return undefined;
  return error.lastAttempt === state?.outcome && !error.lastAttempt.failed
    ? (error.lastAttempt.value as Response)
    : undefined;
}
