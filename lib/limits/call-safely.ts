import { isThenable } from '../base/thenable.js';
import { warn } from '../base/host.js';
import { messageOf } from '../base/scrub.js';

/**
 * Calls a method of a limiter, or a `settle` of the user, whose failure must not fail the call. An error or a rejection
 * becomes a warning, once for each `listener` and method.
 *
 * @param what The name of the method, for the warning.
 */
export function callSafely(listener: object, what: string, call: () => unknown): void {
  try {
    const told = call();
    if (isThenable(told)) told.then(undefined, (error: unknown) => warnOnce(listener, what, error));
  } catch (error) {
    warnOnce(listener, what, error);
  }
}

const warned = new WeakMap<object, Set<string>>();

function warnOnce(listener: object, what: string, error: unknown): void {
  const known = warned.get(listener) ?? new Set();
  if (known.has(what)) return;
  warned.set(listener, known.add(what));
  warn(`TENAX_${what.toUpperCase()}`, `${what} of a limiter failed, nothing was changed: ${messageOf(error)}`);
}
