import type { InternalAxiosRequestConfig } from 'axios';
import { CallSignal } from '../http/client/call-signal.js';

/** axios' CancelToken, with what its types leave out. */
interface Token {
  subscribe(listener: (reason: unknown) => void): void;
  unsubscribe(listener: (reason: unknown) => void): void;
}

/** What ends a request's call: its own signal or its CancelToken, whichever is first. */
export function callSignalOf({ signal, cancelToken }: InternalAxiosRequestConfig): CallSignal {
  const ending = new CallSignal(signal as AbortSignal | undefined);
  if (cancelToken === undefined) return ending;
  const token = cancelToken as unknown as Token;
  const controller = new AbortController();
  const abort = (reason: unknown): void => {
    controller.abort(reason);
  };
  ending.with(controller.signal);
  token.subscribe(abort);
  ending.beforeRelease(() => {
    token.unsubscribe(abort);
  });
  return ending;
}
