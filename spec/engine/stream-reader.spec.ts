import { retryStream, stop } from 'tenax';
import { thrown } from '../thrown';
import { END, broken, three } from './streams';

describe('The reader of a stream', () => {
  test('does nothing before the first next()', async () => {
    const fn = jest.fn();
    retryStream(fn, { stop: stop.never })();
    await new Promise(setImmediate);
    expect(fn).not.toHaveBeenCalled();
  });

  test('serves several next() in order, and reads nothing ahead', async () => {
    let produced = 0;
    async function* numbers() {
      for (;;) yield (produced += 1);
    }
    const items = retryStream(numbers, { stop: stop.never })();
    const results = await Promise.all([items.next(), items.next(), items.next()]);
    expect(results.map(({ value }) => value as number)).toEqual([1, 2, 3]);
    await new Promise(setImmediate);
    expect(produced).toBe(3);
    await items.return();
  });

  test('passes items on by identity, thenables too', async () => {
    const thenable = { then: () => undefined };
    const source = {
      [Symbol.asyncIterator]() {
        let given = 0;
        return {
          next: async () => ((given += 1) <= 2 ? { done: false, value: thenable } : { done: true, value: undefined }),
        };
      },
    } as unknown as AsyncIterable<object>;
    const items = retryStream(() => source, { stop: stop.never })();
    const [first, second] = [await items.next(), await items.next()];
    expect(first.value === thenable && second.value === thenable).toBe(true);
  });
});

describe('The consumer of a stream leaves it', () => {
  test('with throw(): the source is closed, and nothing follows', async () => {
    const stream = retryStream(three, { stop: stop.never })();
    await stream.next();
    expect(await thrown(stream.throw(broken))).toBe(broken);
    expect(await stream.next()).toEqual(END);
  });

  test('at the end of `await using`', async () => {
    const stream = retryStream(three, { stop: stop.never })();
    await stream.next();
    await stream[Symbol.asyncDispose]();
    expect(await stream.next()).toEqual(END);
  });
});

describe('The end of a stream', () => {
  const returning = (value: unknown) =>
    async function* (): AsyncGenerator<number> {
      yield 1;
      return value;
    } as () => AsyncGenerator<number>;

  test.each<[string, () => AsyncGenerator]>([
    ['a stream', () => retryStream(returning(5), { stop: stop.never })()],
    ['one that is not enabled', () => retryStream(returning(5), { enabled: false })()],
    [
      'a fallback',
      () => retryStream(() => Promise.reject(broken), { stop: stop.afterAttempt(1), fallback: returning(5) })(),
    ],
  ])('of %s has no value, and nothing follows it', async (_what, open) => {
    const stream = open();
    expect(await Promise.all([stream.next(), stream.next(), stream.next()])).toEqual([
      { done: false, value: 1 },
      END,
      END,
    ]);
    expect(await stream.next()).toEqual(END);
  });
});
