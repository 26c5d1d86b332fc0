import fc from 'fast-check';
import { retryStream, stop, type StreamOptions } from 'tenax';
import { breakingSource, read, three } from './streams';

describe('A wrapped function of a stream', () => {
  test('has the name and the length of the function, as any function has them', () => {
    const wrapped = retryStream(
      async function* load(_from: number) {
        yield 1;
      },
      { stop: stop.never },
    );
    const plain = { writable: false, enumerable: false, configurable: true };
    expect(Object.getOwnPropertyDescriptor(wrapped, 'name')).toEqual({ value: 'load', ...plain });
    expect(Object.getOwnPropertyDescriptor(wrapped, 'length')).toEqual({ value: 1, ...plain });
  });

  test.each<[unknown, unknown, string | RegExp]>([
    [5, {}, 'retryStream takes a function that returns a stream, got 5'],
    [three, { resume: 5 }, 'resume takes a function of the progress that returns arguments, got 5'],
    [three, { stops: 5 }, 'a policy of streams has no option "stops"; did you mean "stop"?'],
  ])('is not made of %p with %p', (fn, options, message) => {
    expect(() => retryStream(fn as never, options as never)).toThrow(new TypeError(message as string));
  });
});

test('A function alone is enough, with a warning that it is retried for ever', () => {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  expect(retryStream(three).name).toBe('three');
  expect(warned).toHaveBeenCalledTimes(1);
  warned.mockRestore();
});

test.each<[StreamOptions, RegExp]>([
  [{ idleTimeout: -1 }, /idleTimeout/],
  [{ resume: 5 as never }, /resume/],
  [{ retryErrorCallback: () => 5 } as never, /retryErrorCallback/],
])('a wrong option is refused at once: %p', (options, message) => {
  expect(() => retryStream(breakingSource(1, []).numbers, options as never)).toThrow(message);
});

test('With resume by position every item comes exactly once and in order, whatever breaks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 12 }),
      fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 8 }),
      async (to, breaks) => {
        const { numbers, opened } = breakingSource(
          to,
          [...breaks].sort((a, b) => a - b),
        );
        const stream = retryStream(numbers, { stop: stop.afterAttempt(10), resume: ({ last }) => [last + 1] });
        expect(await read(stream())).toEqual(Array.from({ length: to }, (_, i) => i + 1));
        expect(opened.length).toBe(stream.retrying.totals.attempts);
      },
    ),
    { numRuns: 60 },
  );
});
