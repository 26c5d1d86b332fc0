/** How an attempt ended: with a value, or with what it threw, which need not be an Error. */
export type Outcome<T = unknown> =
  | { readonly attemptNumber: number; readonly failed: false; readonly value: T }
  | { readonly attemptNumber: number; readonly failed: true; readonly error: unknown };
