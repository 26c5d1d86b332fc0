import { RetryError } from '../../engine/errors.js';
import type { HttpCall } from './http-call.js';
import type { Answer } from './transport.js';

/** How a call ends that the policy has given up. */
export interface Ending<Response> {
  /** The last answer, if the caller gets it where there is no fallback. */
  readonly answer?: Response | undefined;
  /** What a fallback replaces; `undefined` for an answer that is accepted. */
  readonly failure?: { readonly error: unknown };
}

const failing = (error: unknown): Ending<never> => ({ failure: { error } });

/** What a call ends with when the policy fails it with this error. */
export function endingOf<Response extends Answer>(
  call: HttpCall<any, any, Response>,
  error: unknown,
): Ending<Response> {
  const { transport } = call.client;
  const { aborted } = call.signal;
  if (aborted !== undefined) return failing(transport.aborted?.(aborted.reason, call.job) ?? error);
  if (call.isFinal(error)) return failing(call.final?.shown);
  // What a fallback throws is passed on unchanged.
  if (call.replaced) return failing(error);
  const answer = lastAnswer(call, error);
  if (answer === undefined) return failing(error);
  if (call.accepts(answer)) return { answer };
  const refusal = error === call.failure ? error : transport.refusal?.(answer, call.job);
  return { failure: { error: refusal }, answer: transport.resolvesAll === true ? answer : undefined };
}

/**
 * The answer with which a call ended: that of its typed error, or one that was accepted, a 202 for instance, which a
 * condition asked to try again until the call was given up. `undefined` for every other end, for a `RetryError` that was
 * asked for, and for an error that belongs to a hook.
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
