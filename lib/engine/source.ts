import { formatValue } from '../base/check.js';
import { promiseOf } from '../base/thenable.js';

/** What a function of a stream may return, in all the forms in which streams come. */
interface StreamLike {
  readonly [Symbol.asyncIterator]?: () => AsyncIterator<unknown>;
  readonly [Symbol.iterator]?: () => Iterator<unknown>;
  /** A ReadableStream of the platform. */
  readonly getReader?: () => ReadableStreamDefaultReader<unknown>;
  /** A Readable of Node. */
  readonly destroy?: () => unknown;
  readonly on?: (event: string, listener: () => void) => unknown;
  /** The streams of SDKs end their request through it. */
  readonly controller?: { readonly abort?: () => void } | undefined;
}

const ignore = (): void => undefined;

/** Gets the result of {@link Source.ask}. */
export interface Receiver<T> {
  received(result: IteratorResult<T>): void;
  failed(error: unknown): void;
}

/** The result of an iterator of the user's. */
type Answer<T> = PromiseLike<IteratorResult<T>> | IteratorResult<T>;

/** The items of one attempt of a stream. It is closed once, by its own end or from outside. */
export class Source<T> {
  private closed = false;
  private receiver: Receiver<T> | undefined = undefined;

  private constructor(
    private readonly read: () => Answer<T>,
    private readonly cancel: () => unknown,
  ) {}

  /**
   * @param option Names the function that returned it, for the error.
   * @throws TypeError for what cannot be read item by item.
   */
  static of<T>(stream: unknown, option = 'retryStream'): Source<T> {
    const made = (typeof stream === 'object' && stream !== null ? stream : {}) as StreamLike;
    // The iterators of these queue a `return` behind a `next` that hangs, so the stream itself is ended.
    if (typeof made.getReader === 'function') {
      const reader = made.getReader() as ReadableStreamDefaultReader<T>;
      return new Source<T>(
        () => reader.read() as Promise<IteratorResult<T>>,
        () => reader.cancel(),
      );
    }
    const iterator = (made[Symbol.asyncIterator]?.() ?? made[Symbol.iterator]?.()) as AsyncIterator<T> | undefined;
    if (iterator === undefined) {
      throw new TypeError(
        `${option} takes a function that returns an AsyncIterable, for instance an async generator; it returned ${formatValue(stream)}`,
      );
    }
    return new Source<T>(
      () => iterator.next(),
      () => {
        if (typeof made.destroy === 'function') {
          made.on?.('error', ignore);
          made.destroy();
        } else {
          made.controller?.abort?.();
          return iterator.return?.();
        }
      },
    );
  }

  /** Reads the next item. The end, or an error of the source, closes it. */
  async next(): Promise<IteratorResult<T>> {
    try {
      const result = await this.read();
      if (result.done === true) this.closed = true;
      return result;
    } catch (error) {
      this.closed = true;
      throw error;
    }
  }

  /**
   * Does what `next` does, for a receiver: that costs two promises less. A result that comes after `close` is dropped.
   *
   * @param within Calls the source within the scope of its attempt.
   */
  ask(receiver: Receiver<T>, within?: (read: () => Answer<T>) => Answer<T>): void {
    this.receiver = receiver;
    let answer: Answer<T>;
    try {
      answer = within === undefined ? this.read() : within(this.read);
    } catch (error) {
      answer = Promise.reject(error);
    }
    promiseOf(answer).then(this.receive, this.fail);
  }

  private readonly receive = (result: IteratorResult<T>): void => {
    const { receiver } = this;
    if (receiver === undefined) return;
    try {
      // The iterator is the user's, and its result may be anything.
      if (result.done === true) this.closed = true;
    } catch (error) {
      this.fail(error);
      return;
    }
    receiver.received(result);
  };

  private readonly fail = (error: unknown): void => {
    const { receiver } = this;
    if (receiver === undefined) return;
    this.closed = true;
    receiver.failed(error);
  };

  /** Closes it at once, even while it hangs. Errors of closing are dropped. */
  close(): void {
    this.receiver = undefined;
    if (this.closed) return;
    this.closed = true;
    try {
      void Promise.resolve(this.cancel()).catch(ignore);
    } catch {
      // It is closed as well as it can be.
    }
  }
}
