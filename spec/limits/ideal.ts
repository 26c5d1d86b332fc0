/** A caller of the ideal bucket. Times in milliseconds. */
export interface Caller {
  readonly came: number;
  readonly tokens: number;
  /** When it gives up if it still waits. */
  readonly cancelledAt?: number | undefined;
}

/**
 * When an ideal first-come-first-served token bucket grants each caller; undefined for callers that gave up before. It computes
 * caller by caller rather than event by event, so that it shares no logic with the real bucket.
 */
export function ideal(
  callers: readonly Caller[],
  rate: number,
  capacity: number,
  initial = capacity,
): (number | undefined)[] {
  const perMs = rate / 1000;
  let level = initial;
  let last = 0;
  let free = 0;
  return callers.map(({ came, tokens, cancelledAt = Infinity }) => {
    const from = Math.max(came, free);
    const there = Math.min(capacity, level + (from - last) * perMs);
    const due = there >= tokens ? from : from + (tokens - there) / perMs;
    if (cancelledAt < due - 1e-6) {
      free = Math.max(free, Math.min(due, cancelledAt));
      return undefined;
    }
    level = Math.min(capacity, level + (due - last) * perMs) - tokens;
    last = free = due;
    return due;
  });
}
