/**
 * Whether an answer has to be awaited. Strategies and hooks may be async but seldom are, and an `await` of a plain value
 * costs a turn of the microtask queue.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
