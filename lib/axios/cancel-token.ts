import type { CancelToken } from 'axios';
import type { CallSignal } from '../http/client/call-signal.js';

/** axios' CancelToken, with methods that its types lack. */
interface Token {
  subscribe(listener: (reason: unknown) => void): void;
  unsubscribe(listener: (reason: unknown) => void): void;
}

/** Aborts the call of a request when its CancelToken is cancelled. */
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
