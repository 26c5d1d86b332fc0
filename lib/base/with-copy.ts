import { isThenable, promiseOf } from './thenable.js';

/** The parts of a clone of fetch's Response that are used here. Some libraries have streams of Node as bodies. */
interface Copy {
  readonly bodyUsed?: boolean;
  readonly body?: { readonly cancel?: () => unknown; readonly destroy?: () => void } | null;
}

/**
 * Calls a user's function with a clone of a Response, and cancels what it leaves unread. An unread clone would keep the
 * connection open, even if the caller cancels the body, and the caller's `cancel` would not resolve.
 */
export function withCopy<T>(copy: unknown, use: (copy: unknown) => T): T {
  const discard = (): void => {
    discardUnread(copy ?? {});
  };
  let result: T;
  try {
    result = use(copy);
  } catch (error) {
    discard();
    throw error;
  }
  if (isThenable(result)) {
    const pending = promiseOf(result);
    pending.then(discard, discard);
    return pending as T;
  }
  discard();
  return result;
}

function discardUnread({ body, bodyUsed }: Copy): void {
  try {
    // It rejects if the function's own code is still reading.
    if (typeof body?.cancel === 'function') void Promise.resolve(body.cancel()).catch(() => undefined);
    else if (bodyUsed === false) body?.destroy?.();
  } catch {
    // The bodies of other libraries are not worth failing a call.
  }
}
