import type { CancelToken } from 'axios';
import type { CallSignal } from '../http/client/call-signal.js';

/** axios' CancelToken, with what its types leave out. */
interface Token {
  subscribe(listener: (reason: unknown) => void): void;
  unsubscribe(listener: (reason: unknown) => void): void;
}

/** From now on a request's CancelToken ends its call too. */
export function endByToken(signal: CallSignal, cancelToken: CancelToken): void {
  const token = cancelToken as unknown as Token;
  const controller = new AbortController();
  const abort = (reason: unknown): void => {
    controller.abort(reason);
  };
  signal.with(controller.signal);
  token.subscribe(abort);
  signal.beforeRelease(() => {
    token.unsubscribe(abort);
  });
}
