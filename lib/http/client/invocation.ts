import type { Invocation } from '../../call/call-state.js';
import { ATTEMPT, type Attempt } from '../../engine/attempt.js';
import type { HttpCall } from './http-call.js';

/** What the engine calls for every attempt, with the call as `this`. */
export function attemptOf(this: HttpCall, attempt: Attempt): Promise<unknown> {
  return this.attempt(attempt);
}

/** `GET https://host/path`: how a request is named in logs and errors. */
export const nameOf = (call: unknown): string => {
  const { facts, url } = call as HttpCall;
  return `${facts.method} ${url}`;
};

/** What a call is to the engine. */
export const invocationOf = (call: HttpCall): Invocation => ({
  self: call,
  fn: attemptOf,
  args: ATTEMPT,
  naming: nameOf,
  request: call.request,
});
