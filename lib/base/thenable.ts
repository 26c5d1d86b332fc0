/** A result that is there at once or later. */
export type MaybeAsync<T> = T | Promise<T>;

/**
 * Whether an answer has to be awaited. Strategies and hooks may be async but seldom are, and an `await` of a plain value
 * costs a turn of the microtask queue.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

/**
 * Returns what a user's function returned that has to answer at once. If it is a promise, which is refused, its rejection is
 * ignored: the refusal is the error.
 */
export function ignoreRejection<T>(value: T): T {
  if (isThenable(value)) value.then(undefined, () => undefined);
  return value;
}

/** The Promise of an answer: what `Promise.resolve` answers, in a form that the compiler sees through. */
export function promiseOf<T>(answer: T | PromiseLike<T>): Promise<T> {
  return answer instanceof Promise && answer.constructor === Promise ? (answer as Promise<T>) : Promise.resolve(answer);
}
