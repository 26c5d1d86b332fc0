import type { Invocation } from '../../call/call-state.js';
import { ATTEMPT } from '../../engine/attempt.js';
import type { HttpCall } from './http-call.js';

/** `GET https://host/path`: how a request is named in logs and errors. */
export const nameOf = (call: unknown): string => {
  const { facts, url } = call as HttpCall;
  return `${facts.method} ${url}`;
};

/** What a call is to the engine, which calls `attempt` for every attempt. */
export const invocationOf = (call: HttpCall): Invocation => ({
  self: call,
  // eslint-disable-next-line @typescript-eslint/unbound-method -- the engine calls it on the call
  fn: call.attempt,
  args: ATTEMPT,
  naming: nameOf,
  request: call.request,
});
