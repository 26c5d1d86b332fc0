import { retryStream } from 'tenax';
import { thrown } from '../thrown';
import { END, breakingSource, broken, read, soon, three } from './streams';

describe('A stream with enabled: false', () => {
  test('passes on all items and the end', async () => {
    expect(await read(retryStream(three, { enabled: false })())).toEqual([1, 2, 3]);
  });

  test('is not retried', async () => {
    const { numbers, opened } = breakingSource(3, [1]);
    expect(await thrown(read(retryStream(numbers, { enabled: false })()))).toBe(broken);
    expect(opened).toEqual([1]);
  });

  test('fails with what the function throws, or with a TypeError where it returns no stream', async () => {
    const failing = () => {
      throw broken;
    };
    expect(await thrown(retryStream(failing as never, { enabled: false })().next())).toBe(broken);
    expect(await thrown(retryStream((() => 5) as never, { enabled: false })().next())).toBeInstanceOf(TypeError);
  });

  test('closes a source that comes when its consumer has left', async () => {
    const closed = jest.fn(async () => END);
    let give: (source: unknown) => void = () => undefined;
    const coming = new Promise((resolve) => (give = resolve));
    const stream = retryStream(() => coming as never, { enabled: false })();
    const pending = stream.next();
    await stream.return();
    give({ [Symbol.asyncIterator]: () => ({ next: async () => END, return: closed }) });
    await soon();
    expect(closed).toHaveBeenCalledTimes(1);
    expect(await pending).toEqual(END);
  });

  test('ends at once when its consumer leaves, while its source hangs', async () => {
    const closed = jest.fn(() => Promise.resolve({ done: true as const, value: undefined }));
    const next = () => new Promise<never>(() => undefined);
    const hanging = { [Symbol.asyncIterator]: () => ({ next, return: closed }) };
    const stream = retryStream(() => hanging, { enabled: false })();
    const pending = stream.next();
    await soon();
    await stream.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test('leaves the stack of its error as it is', async () => {
    const error = new Error('broken');
    const { stack } = error;
    const failing = (): Promise<never> => Promise.reject(error);
    await thrown(retryStream(failing, { enabled: false })().next());
    expect(error.stack).toBe(stack);
  });
});
