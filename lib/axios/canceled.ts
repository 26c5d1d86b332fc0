import axios, { type GenericAbortSignal } from 'axios';
import { hideRequest } from './hide-request.js';

/** axios' own error of a request that was cancelled, with the reason as its cause. */
export function canceled(config: object, reason: unknown): Error {
  // A CancelToken's reason is axios' own error, with the message that the caller gave.
  return because(new axios.CanceledError(axios.isCancel(reason) ? reason.message : undefined, config as never), reason);
}

/** If the signal aborted before an adapter is called, axios rejects without the reason. */
export function withReason(error: unknown, signal: GenericAbortSignal | undefined): unknown {
  if (signal?.aborted && axios.isCancel(error) && error.cause === undefined) {
    return because(hideRequest(error), (signal as AbortSignal).reason);
  }
  return error;
}

/** Not enumerable: printing an error still shows its cause, but JSON does not. */
const because = <E extends Error>(error: E, reason: unknown): E =>
  Object.defineProperty(error, 'cause', { value: reason, writable: true, configurable: true });
