import { PolicyError, retryIf, retryStream, stop } from 'tenax';
import { thrown } from '../thrown';
import { breakingSource, broken, read } from './streams';

describe('resume of a stream', () => {
  test('returns the arguments with which the stream continues, and is told of its progress', async () => {
    const { numbers, opened } = breakingSource(5, [2, 3, 3, 5]);
    const seen: unknown[] = [];
    const stream = retryStream(numbers, {
      stop: stop.afterAttempt(3),
      resume: ({ items, last, error, args }): [number] => {
        seen.push([items, last, error, args]);
        return [last + 1];
      },
    });
    expect(await read(stream())).toEqual([1, 2, 3, 4, 5]);
    expect(opened).toEqual([1, 2, 3, 3, 5]);
    expect(seen[1]).toEqual([2, 2, broken, []]);
    expect(stream.retrying.totals).toMatchObject({ calls: 1, attempts: 5, succeeded: 1, failed: 0 });
  });

  test('lets the failure stand where it returns undefined', async () => {
    const { numbers } = breakingSource(3, [2]);
    const items = retryStream(numbers, { stop: stop.afterAttempt(3), resume: () => undefined })();
    await items.next();
    expect(await thrown(items.next())).toBe(broken);
  });

  test('is named in a PolicyError for what it throws', async () => {
    const { numbers } = breakingSource(3, [2]);
    const fault = new Error('no position');
    const resume = (): never => {
      throw fault;
    };
    const items = retryStream(numbers, { stop: stop.afterAttempt(3), resume })();
    await items.next();
    const error = await thrown<PolicyError>(items.next());
    expect(error).toBeInstanceOf(PolicyError);
    expect(error).toMatchObject({ option: 'resume', cause: fault, attemptError: broken });
  });

  test('is named in a PolicyError where it returns no list', async () => {
    const broken = new Error('broken');
    const stream = retryStream(
      async function* () {
        yield 1;
        throw broken;
      },
      { stop: stop.never, resume: (() => 5) as never },
    )();
    await stream.next();
    const error = await thrown<PolicyError>(stream.next());
    expect(error).toMatchObject({ name: 'PolicyError', option: 'resume', attemptError: broken });
    expect((error.cause as Error).message).toBe('resume must return a list of arguments or undefined, got 5');
  });

  test('is told of no error where retryIf refuses the first item of a resumed attempt', async () => {
    const seen: unknown[] = [];
    async function* numbers(from = 1): AsyncGenerator<number> {
      yield from === 2 ? -1 : from;
      throw broken;
    }
    const stream = retryStream(numbers, {
      stop: stop.afterAttempt(5),
      retryIf: retryIf.any(
        retryIf.exceptionType(),
        retryIf.result((n) => n < 0),
      ),
      resume: ({ items, last, error }): [number] | undefined => {
        seen.push([items, last, error]);
        return seen.length === 1 ? [2] : undefined;
      },
    })();
    await stream.next();
    expect((await thrown<Error>(stream.next())).message).toBe(
      'the stream cannot be resumed after an item that was refused',
    );
    expect(seen).toEqual([
      [1, 1, broken],
      [1, 1, undefined],
    ]);
  });
});
