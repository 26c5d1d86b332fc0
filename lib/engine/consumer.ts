/** Whom a call hands its items to, one for each that it was asked for. */
export interface Consumer<T> {
  /** The item that was asked for, or the end. */
  take(result: IteratorResult<T, void>): void;
  fail(error: unknown): void;
}

/** What a consumer reads from. */
export interface Supply {
  readonly mayChangeStack: boolean;
  /** The consumer gets the next item, the end, or what the stream fails with. */
  pull(): void;
  /** The consumer leaves: everything ends at once. */
  leave(): void;
}
