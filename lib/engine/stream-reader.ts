import { leadToCaller } from '../base/lead-to-caller.js';
import type { Consumer, Supply } from './consumer.js';

/** How a waiting consumer gets its result. */
interface Waiting<T> {
  readonly resolve: (result: IteratorResult<T, void> | Promise<never>) => void;
  readonly reject: (error: unknown) => void;
}

const END: IteratorResult<never, void> = { done: true, value: undefined };

/**
 * The consumer's side. It is not an async generator function, whose `return` waits for a `next` that hangs, and whose `yield`
 * unwraps thenables.
 */
export class StreamReader<T> implements AsyncGenerator<T, void, undefined>, Consumer<T> {
  private supply: Supply | undefined = undefined;
  private over = false;
  /** Several `next()` at a time are served in order: the call has been asked for the first. */
  private readonly waiting: Waiting<T>[] = [];

  constructor(private readonly begin: (consumer: Consumer<T>) => Supply) {}

  next(): Promise<IteratorResult<T, void>> {
    if (this.over) return Promise.resolve(END);
    return new Promise((resolve, reject) => {
      if (this.waiting.push({ resolve, reject }) === 1) this.pull();
    });
  }

  /** Leaves the stream: its source is closed at once, even while it hangs. */
  return(): Promise<IteratorResult<T, void>> {
    this.leave();
    return Promise.resolve(END);
  }

  throw(error: unknown): Promise<IteratorResult<T, void>> {
    this.leave();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  take(result: IteratorResult<T, void>): void {
    const next = this.waiting.shift();
    if (result.done === true) this.end();
    next?.resolve(result);
    if (this.waiting.length > 0) this.pull();
  }

  fail(error: unknown): void {
    const next = this.waiting.shift();
    // The stack is that of whoever waits, which is seen from within a promise that this one follows.
    if (this.supply?.mayChangeStack === true) next?.resolve(rejectToCaller(error));
    else next?.reject(error);
    this.end();
  }

  private pull(): void {
    try {
      this.supply ??= this.begin(this);
      this.supply.pull();
    } catch (error) {
      this.fail(error);
    }
  }

  private leave(): void {
    this.supply?.leave();
    this.end();
  }

  private end(): void {
    this.over = true;
    for (const { resolve } of this.waiting.splice(0)) resolve(END);
  }
}

/** Rejects when the promise that follows this one does so already. */
async function rejectToCaller(error: unknown): Promise<never> {
  await undefined;
  await undefined;
  throw leadToCaller(error, rejectToCaller);
}
