import { getEventListeners } from 'node:events';
import { abortReason, listen, unlisten, untilAborted } from '../../lib/base/abort';
import { thrown } from '../thrown';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('those who listen to one signal', () => {
  test('are all told once, and share one listener of the signal', () => {
    const controller = new AbortController();
    const { signal } = controller;
    const told: string[] = [];
    for (const name of ['a', 'b', 'c']) listen(signal, () => void told.push(name));
    expect(listeners(signal)).toBe(1);
    controller.abort();
    controller.abort();
    expect(told).toEqual(['a', 'b', 'c']);
    expect(listeners(signal)).toBe(0);
  });

  test('are not told once they have gone', () => {
    const controller = new AbortController();
    const { signal } = controller;
    const [stays, goes] = [jest.fn(), jest.fn()];
    listen(signal, stays);
    listen(signal, goes);
    unlisten(signal, goes);
    unlisten(signal, goes);
    expect(listeners(signal)).toBe(1);
    controller.abort();
    expect([stays.mock.calls.length, goes.mock.calls.length]).toEqual([1, 0]);
  });

  test('take the listener of the signal along when the last one goes, and may come again', () => {
    const controller = new AbortController();
    const { signal } = controller;
    const [one, other] = [jest.fn(), jest.fn()];
    listen(signal, one);
    unlisten(signal, one);
    expect(listeners(signal)).toBe(0);
    listen(signal, other);
    expect(listeners(signal)).toBe(1);
    controller.abort();
    expect([one.mock.calls.length, other.mock.calls.length]).toEqual([0, 1]);
  });

  test('leave the signal alone when they go after it, or never came', () => {
    const controller = new AbortController();
    const { signal } = controller;
    const remove = jest.spyOn(signal, 'removeEventListener');
    const listener = jest.fn();
    unlisten(signal, listener);
    listen(signal, listener);
    controller.abort();
    unlisten(signal, listener);
    expect(remove).not.toHaveBeenCalled();
  });

  test('are told of their own signal alone', () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const [first, second] = [jest.fn(), jest.fn()];
    listen(one.signal, first);
    listen(other.signal, second);
    other.abort();
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
  });
});

describe('work until a signal aborts', () => {
  const failure = new Error('failed');
  const reason = new Error('enough');

  test('without a signal settles as the work does', async () => {
    expect(await untilAborted(Promise.resolve(5), undefined)).toBe(5);
    expect(await thrown(untilAborted(Promise.reject(failure), undefined))).toBe(failure);
  });

  test.each([
    ['answers', () => Promise.resolve(5), { value: 5 }],
    ['fails', () => Promise.reject(failure), { error: failure }],
  ])('settles as the work does, and leaves no listener behind: it %s', async (_what, work, settled) => {
    const { signal } = new AbortController();
    const outcome = untilAborted(work(), signal).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    expect(listeners(signal)).toBe(1);
    expect(await outcome).toEqual(settled);
    expect(listeners(signal)).toBe(0);
  });

  test.each(['before', 'during'])(
    'rejects with the reason, and drops what the work does then: aborted %s',
    async (when) => {
      const unhandled = jest.fn();
      process.on('unhandledRejection', unhandled);
      const controller = new AbortController();
      if (when === 'before') controller.abort(reason);
      let fail: (error: Error) => void = () => undefined;
      const work = new Promise<never>((_resolve, reject) => (fail = reject));
      const outcome = untilAborted(work, controller.signal);
      controller.abort(reason);
      expect(await thrown(outcome)).toBe(reason);
      expect(listeners(controller.signal)).toBe(0);
      fail(failure);
      await new Promise((resolve) => void setImmediate(resolve));
      process.off('unhandledRejection', unhandled);
      expect(unhandled).not.toHaveBeenCalled();
    },
  );
});

describe('abortReason', () => {
  test("returns the signal's reason", () => {
    const reason = new Error('enough');
    expect(abortReason(AbortSignal.abort(reason))).toBe(reason);
    expect(abortReason(AbortSignal.abort(null))).toBeNull();
  });

  test('returns one AbortError for a signal without a reason, as that of React Native', () => {
    const signal = { aborted: true, addEventListener: () => undefined } as unknown as AbortSignal;
    expect(abortReason(signal)).toMatchObject({ name: 'AbortError', message: 'This operation was aborted' });
    expect(abortReason(signal)).toBe(abortReason(signal));
  });
});
