import type { Consumer, Supply } from './consumer.js';
import { Source, type Receiver } from './source.js';

/** A stream under `enabled: false`: passes on what the function returns, and does nothing else. */
export class PlainStream<T> implements Supply, Receiver<T> {
  readonly mayChangeStack = false;
  private source: Source<T> | undefined = undefined;
  private left = false;

  constructor(
    private readonly open: () => unknown,
    private readonly consumer: Consumer<T>,
  ) {}

  pull(): void {
    if (this.source === undefined) void this.begin();
    else this.source.ask(this);
  }

  leave(): void {
    this.left = true;
    this.source?.close();
  }

  received(result: IteratorResult<T>): void {
    this.consumer.take(result.done === true ? { done: true, value: undefined } : result);
  }

  failed(error: unknown): void {
    this.consumer.fail(error);
  }

  private async begin(): Promise<void> {
    try {
      this.source = Source.of<T>(await this.open());
      // The stream may arrive when the consumer has left.
      if (this.left) this.source.close();
      else this.source.ask(this);
    } catch (error) {
      this.failed(error);
    }
  }
}
