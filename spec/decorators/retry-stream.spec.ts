import 'reflect-metadata';
import { RetryStream, beforeSleep, retryIf, stop, wait } from 'tenax';
import { thrown } from '../thrown';

async function read<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
const lines: string[] = [];
const log = beforeSleep.log({ log: (_level: string, line: string) => void lines.push(line) });

class Feed {
  opened: number[] = [];
  seen: unknown[] = [];
  attempts: number;

  constructor(attempts = 3) {
    this.attempts = attempts;
  }

  /** Breaks off before the first item once, and before the third. */
  @RetryStream({ stop: stop.afterAttempt(3), beforeSleep: log, resume: ({ last }) => [(last as number) + 1] })
  async *numbers(from = 1, _step?: number): AsyncGenerator<number> {
    this.opened.push(from);
    for (let n = from; n <= 4; n += 1) {
      if (this.opened.length === 1 || (this.opened.length === 2 && n === 3)) throw new Error('dropped');
      yield n;
    }
  }

  @RetryStream((self: Feed) => {
    self.seen.push('options');
    return { stop: stop.afterAttempt(self.attempts), retryIf: retryIf.always, wait: wait.none() };
  })
  async promised(): Promise<AsyncIterable<number>> {
    this.opened.push(0);
    throw new Error('down');
  }
}

describe('@RetryStream', () => {
  test('retries the stream of a method, with its this, arguments, name and length', async () => {
    const feed = new Feed();
    expect(await read(feed.numbers(1))).toEqual([1, 2, 3, 4]);
    expect(feed.opened).toEqual([1, 1, 3]);
    expect([feed.numbers.name, feed.numbers.length]).toEqual(['numbers', 0]);
    expect(lines).toEqual([
      'Retrying Feed.numbers in 0.00 s as it raised Error: dropped',
      'Resuming Feed.numbers after 2 items in 0.00 s as it raised Error: dropped',
    ]);
  });

  test('throws for an option that it does not have', () => {
    expect(() => RetryStream({ idleTimeOut: 5 } as never)).toThrow('did you mean "idleTimeout"?');
  });

  test('asks a function for the options once an instance', async () => {
    const [two, four] = [new Feed(2), new Feed(4)];
    for (const feed of [two, two, four]) await thrown(read((await feed.promised()) as AsyncIterable<number>));
    expect([two.opened.length, two.seen.length, four.opened.length, four.seen.length]).toEqual([4, 1, 4, 1]);
  });
});

describe('@RetryStream applied by hand', () => {
  /** Applies it as a compiler with experimentalDecorators and emitDecoratorMetadata does. */
  function apply(returns: unknown): void {
    class Source {
      async *numbers(): AsyncGenerator<number> {
        yield 1;
      }
    }
    Reflect.defineMetadata('design:returntype', returns, Source.prototype, 'numbers');
    const descriptor = Object.getOwnPropertyDescriptor(Source.prototype, 'numbers');
    const decorate = RetryStream({ stop: stop.never }) as unknown as (...args: unknown[]) => unknown;
    decorate(Source.prototype, 'numbers', descriptor);
  }
  class AsyncList {
    [Symbol.asyncIterator](): void {
      return undefined;
    }
  }

  test.each([[undefined], [Object], [Promise], [AsyncList], [ReadableStream]])(
    'takes a method that returns %p',
    (type) => {
      expect(() => apply(type)).not.toThrow();
    },
  );

  test.each([[String], [Array]])('refuses a method that returns %p', (type) => {
    expect(() => apply(type)).toThrow(/@RetryStream\(\) decorates methods that return a stream: Source.numbers/);
  });

  test('works without options, and for a function that is called without this', async () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const descriptor = {
      value: async function* (): AsyncGenerator<number> {
        yield 7;
      },
    };
    (RetryStream() as unknown as (...args: unknown[]) => unknown)(class Anywhere {}.prototype, 'numbers', descriptor);
    const numbers = descriptor.value;
    expect(await read(numbers())).toEqual([7]);
    warned.mockRestore();
  });
});
