import { ignoreRejection } from './thenable.js';

/**
 * Listening to abort signals, many at a time.
 *
 * A service often hands one signal to thousands of calls. Adding an event listener each makes that quadratic, since an
 * EventTarget searches its list on every addition and removal. Here tenax adds one listener per signal, with a Set behind
 * it, and removes it when the Set is empty.
 */
type Listener = () => void;

interface Audience {
  readonly listeners: Set<Listener>;
  readonly onabort: () => void;
}

const audiences = new WeakMap<AbortSignal, Audience>();

/**
 * Why a signal aborted. Signals of older platforms (React Native's) have no `reason`: then it is an `AbortError`, and the
 * same one each time.
 */
export function abortReason(signal: AbortSignal): unknown {
  const { reason } = signal as { readonly reason?: unknown };
  if (reason !== undefined) return reason;
  let made = reasons.get(signal);
  if (made === undefined) {
    made = Object.assign(new Error('This operation was aborted'), { name: 'AbortError' });
    reasons.set(signal, made);
  }
  return made;
}

const reasons = new WeakMap<AbortSignal, Error>();

/** Calls `listener` once when `signal` aborts. The signal must not be aborted yet. */
export function listen(signal: AbortSignal, listener: Listener): void {
  let audience = audiences.get(signal);
  if (audience === undefined) {
    const listeners = new Set<Listener>();
    const onabort = (): void => {
      audiences.delete(signal);
      for (const call of listeners) call();
    };
    audience = { listeners, onabort };
    audiences.set(signal, audience);
    signal.addEventListener('abort', onabort, { once: true });
  }
  audience.listeners.add(listener);
}

/** Undoes a `listen`. Does nothing if the listener was called or removed already. */
export function unlisten(signal: AbortSignal, listener: Listener): void {
  const audience = audiences.get(signal);
  if (audience === undefined) return;
  audience.listeners.delete(listener);
  if (audience.listeners.size > 0) return;
  audiences.delete(signal);
  signal.removeEventListener('abort', audience.onabort);
}

/**
 * Settles as `work` does, but rejects with its reason as soon as the signal aborts. What `work` does after that is
 * dropped without an unhandled rejection. Leaves no listener behind.
 */
export function untilAborted<T>(work: PromiseLike<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return Promise.resolve(work);
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => {
      reject(abortReason(signal));
    };
    if (signal.aborted) {
      ignoreRejection(work);
      abort();
      return;
    }
    listen(signal, abort);
    work.then(
      (value) => {
        unlisten(signal, abort);
        resolve(value);
      },
      (error: unknown) => {
        unlisten(signal, abort);
        reject(error);
      },
    );
  });
}
