import { response } from '../../../lib/strategies/retry-if-http/response';
import { any, refuses } from '../refuses';
import { answered, raised } from '../states';
import { errorOf, limited, running, unreachable } from './outcomes';

describe('retryIfHttp.response', () => {
  test('retries the answers for which its function returns true, accepted or not', async () => {
    const condition = response(({ status }: { status: number }) => status % 2 === 0);
    expect(condition.shouldRetry(raised(errorOf(500)))).toBe(true);
    expect(condition.shouldRetry(raised(errorOf(503)))).toBe(false);
    expect(condition.shouldRetry(answered({ status: 200 }))).toBe(true);
    const later = response(async () => true);
    expect(await later.shouldRetry(answered({ status: 200 }))).toBe(true);
  });

  test.each([
    ['the answer of an error', raised(limited), [{ body: 'a body' }]],
    ['an accepted answer', answered({ status: 200 }), [{ status: 200 }]],
    ['an accepted answer that is nothing', answered(undefined), [undefined]],
    ['no answer at all', raised(unreachable), []],
    ['any other error', raised(Object.assign(new Error(), { response: 1 })), []],
    ['an attempt that has not ended', running(), []],
  ])('asks about %s', async (_what, state, about) => {
    const asked: unknown[] = [];
    const condition = (answer: boolean | Promise<boolean>) =>
      response((got: unknown) => {
        asked.push(got);
        return answer;
      });
    const expected = about.length > 0;
    expect(condition(true).shouldRetry(state)).toBe(expected);
    expect(condition(false).shouldRetry(state)).toBe(false);
    expect(await condition(Promise.resolve(true)).shouldRetry(state)).toBe(expected);
    expect(asked).toEqual([...about, ...about, ...about]);
  });

  test('leaves the body of a Response to the caller', async () => {
    const answer = Response.json({ state: 'pending' });
    const pending = response(async (got: Response) => (await got.text()).includes('pending'));
    expect(await pending.shouldRetry(answered(answer))).toBe(true);
    expect(await pending.shouldRetry(answered(answer))).toBe(true);
    expect(await answer.json()).toEqual({ state: 'pending' });
  });

  const clone = (): never => {
    throw new Error('it cannot be cloned');
  };
  const arrayBuffer = clone;
  test.each<[string, object]>([
    ['whose body was read', { clone, arrayBuffer, bodyUsed: true }],
    ['that has no bodyUsed', { clone, arrayBuffer }],
    ['that has no arrayBuffer', { clone, bodyUsed: false }],
    ['that has no clone', { arrayBuffer, bodyUsed: false }],
  ])('passes an answer %s as it is', (_what, answer) => {
    const asked: unknown[] = [];
    const condition = response((got: unknown) => asked.push(got) > 0);
    expect(condition.shouldRetry(answered(answer))).toBe(true);
    expect(asked[0]).toBe(answer);
  });

  test('takes what is truthy for true', async () => {
    expect(response(() => 'yes' as never).shouldRetry(answered(1))).toBe(true);
    expect(await response(() => Promise.resolve(0 as never)).shouldRetry(answered(1))).toBe(false);
  });

  test('may hold for a value, and prints as the code that made it', () => {
    const busy = (): boolean => true;
    expect(response(busy).errorsOnly).toBe(false);
    expect(String(response(busy))).toBe('retryIfHttp.response(busy)');
  });

  describe('refuses what is no function', () => {
    refuses(
      [
        [undefined, 'undefined'],
        [503, '503'],
        ['5xx', '"5xx"'],
      ].map(
        ([given, shown]) =>
          [
            new TypeError(`retryIfHttp.response takes a function of the answer, got ${shown}`),
            () => response(any(given)),
          ] as const,
      ),
    );
  });
});
