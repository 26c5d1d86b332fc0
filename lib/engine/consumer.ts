/** Gets the items of a stream, one for each `pull` of its {@link Supply}. */
export interface Consumer<T> {
  /** Gets the next item, or the end. */
  take(result: IteratorResult<T, void>): void;
  /** The stream fails with this error, and nothing follows. */
  fail(error: unknown): void;
}

/** The stream as its consumer reads it. */
export interface Supply {
  /** Whether the stack of an error may be led to the consumer's own code. */
  readonly mayChangeStack: boolean;
  /** Asks for the next item: the consumer gets it, the end, or the error of the stream. */
  pull(): void;
  /** The consumer leaves: everything ends at once. */
  leave(): void;
}
