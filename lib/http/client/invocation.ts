import type { Invocation } from '../../call/call-state.js';
import { ATTEMPT } from '../../engine/attempt.js';
import type { HttpCall } from './http-call.js';

/** The name of a request in logs and errors: `GET https://host/path`. */
export const nameOf = (call: unknown): string => {
  const { facts, url } = call as HttpCall;
  return `${facts.method} ${url}`;
};

/** The engine's view of a call: it calls `attempt` for every attempt. */
export const invocationOf = (call: HttpCall): Invocation => ({
  self: call,
  // eslint-disable-next-line @typescript-eslint/unbound-method -- the engine calls it on the call
  fn: call.attempt,
  args: ATTEMPT,
  naming: nameOf,
  request: call.request,
});
