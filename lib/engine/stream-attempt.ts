import { abortReason, listen, unlisten } from '../base/abort.js';
import type { Outcome } from '../call/outcome.js';
import type { Attempt } from './attempt.js';
import type { Passage } from './gates.js';
import type { Source } from './source.js';

/** One attempt of a stream, from its first step until its source has ended. */
export class StreamAttempt<T> {
  readonly controller = new AbortController();
  /** The first result of its source: an item, or the end. */
  first: IteratorResult<T> = { done: true, value: undefined };
  /** Its permits that are held until its source has ended, such as a slot. */
  held: Passage | undefined = undefined;
  source: Source<T> | undefined = undefined;
  /** The attempt that `currentAttempt()` returns inside the source. */
  object: Attempt | undefined = undefined;

  /** @param ending aborts the attempt */
  constructor(private readonly ending: AbortSignal) {
    listen(ending, this.abort);
  }

  /** Reads the first item of a source. The source may arrive when the attempt has been cut off: then it is closed. */
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
