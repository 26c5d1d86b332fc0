/** Whom a call hands its items to, one for each that it was asked for. */
export interface Consumer<T> {
  /** The item that was asked for, or the end. */
  take(result: IteratorResult<T, void>): void;
  fail(error: unknown): void;
}
