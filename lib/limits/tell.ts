import { isThenable } from '../base/thenable.js';
import { warn } from '../base/host.js';

/**
 * Tells a limiter what no caller waits for. What it throws or rejects with fails no call and keeps the news from no other
 * limiter: it is reported once for each limiter, or `settle` of the user.
 */
export function tell(listener: object, what: string, call: () => unknown): void {
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
  const message = error instanceof Error ? error.message : String(error);
  warn(`TENAX_${what.toUpperCase()}`, `${what} of a limiter failed, nothing was changed: ${message}`);
}
