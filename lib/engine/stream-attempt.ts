import { abortReason, listen, unlisten } from '../base/abort.js';
import type { Outcome } from '../call/outcome.js';
import type { Attempt } from './attempt.js';
import type { Passage } from './gates.js';
import type { Source } from './source.js';

/** One attempt of a stream, from its first step until its source has ended. */
export class StreamAttempt<T> {
  readonly controller = new AbortController();
  /** What it began with. */
  first: IteratorResult<T> = { done: true, value: undefined };
  /** What it was given of the limits is held until its source has ended. */
  held: Passage | undefined = undefined;
  source: Source<T> | undefined = undefined;
  /** What `currentAttempt()` returns in the source. */
  object: Attempt | undefined = undefined;

  /** @param ending aborts the attempt */
  constructor(private readonly ending: AbortSignal) {
    listen(ending, this.abort);
  }

  /** Reads the first item of its source, which may arrive when the attempt has been cut off. */
  async begin(source: Source<T>, object: Attempt | undefined): Promise<void> {
    if (this.controller.signal.aborted) {
      source.close();
      throw abortReason(this.controller.signal);
    }
    this.source = source;
    this.object = object;
    this.first = await source.next();
  }

  /** Closes its source, if that is open; with a reason, its signal aborts. */
  close(reason?: unknown): void {
    unlisten(this.ending, this.abort);
    const { source } = this;
    this.source = undefined;
    source?.close();
    if (reason !== undefined && source !== undefined) this.controller.abort(reason);
  }

  /** Tells the limits how it ended. */
  async settle(outcome: Outcome<T>): Promise<void> {
    const { held } = this;
    this.held = undefined;
    await held?.end(outcome);
  }

  private readonly abort = (): void => {
    this.controller.abort(abortReason(this.ending));
  };
}
