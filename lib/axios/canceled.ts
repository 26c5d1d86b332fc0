import axios, { type GenericAbortSignal } from 'axios';
import { setCause } from '../base/set-cause.js';
import { hideRequest } from './hide-request.js';

/** axios' own error of a cancelled request, with the reason as its cause. */
export function canceled(config: object, reason: unknown): Error {
  // The reason of a CancelToken is a CanceledError with the user's message.
  const message = axios.isCancel(reason) ? reason.message : undefined;
  return setCause(new axios.CanceledError(message, config as never), reason);
}

/** Adds the signal's reason to an error of axios, which lacks it if the signal aborted before the adapter was called. */
export function withReason(error: unknown, signal: GenericAbortSignal | undefined): unknown {
  if (signal?.aborted && axios.isCancel(error) && error.cause === undefined) {
    return setCause(hideRequest(error), (signal as AbortSignal).reason);
  }
  return error;
}
