import { CallSignal, signalOfCall } from '../../../lib/http/client/call-signal';

/** How many listeners a signal has gained and not lost. */
function listeners(signal: AbortSignal): () => number {
  const added = jest.spyOn(signal, 'addEventListener');
  const removed = jest.spyOn(signal, 'removeEventListener');
  return () => added.mock.calls.length - removed.mock.calls.length;
}

describe('what ends the call of a request', () => {
  test('is nothing where there is no signal', () => {
    const ending = new CallSignal(undefined);
    expect(ending.with(undefined)).toBeUndefined();
    expect(ending.aborted).toBeUndefined();
    ending.release();
  });

  test('is its own signal, or the other, where there is one alone', () => {
    const { signal } = new AbortController();
    expect(new CallSignal(signal).with(undefined)).toBe(signal);
    expect(new CallSignal(undefined).with(signal)).toBe(signal);
  });

  test.each([0, 1, 2])('is the one of several that aborts first: %d', (which) => {
    const controllers = [new AbortController(), new AbortController(), new AbortController()] as const;
    const ending = new CallSignal(controllers[0].signal);
    ending.with(controllers[1].signal);
    const signal = ending.with(controllers[2].signal);
    expect([signal?.aborted, ending.aborted]).toEqual([false, undefined]);
    controllers[which]?.abort('this one');
    controllers[(which + 1) % 3]?.abort('too late');
    expect([signal?.aborted, signal?.reason]).toEqual([true, 'this one']);
    expect(ending.aborted).toBe(signal);
  });

  test('has aborted from the beginning where one has', () => {
    expect(new CallSignal(AbortSignal.abort('before')).aborted?.reason).toBe('before');
    expect(new CallSignal(new AbortController().signal).with(AbortSignal.abort('before'))?.reason).toBe('before');
  });

  test('listens to nothing when the call is over, and lets others know', () => {
    const [own, other] = [new AbortController().signal, new AbortController().signal];
    const counts = [listeners(own), listeners(other)];
    const ending = new CallSignal(own);
    ending.with(other);
    const released = jest.fn();
    ending.beforeRelease(released);
    expect(counts.map((count) => count())).toEqual([1, 1]);
    expect(released).not.toHaveBeenCalled();
    ending.release();
    expect(counts.map((count) => count())).toEqual([0, 0]);
    expect(released).toHaveBeenCalledTimes(1);
  });

  test('takes signals alone', () => {
    const ending = new CallSignal(new AbortController().signal);
    expect(() => ending.with({} as AbortSignal)).toThrow('signal takes an AbortSignal, got an object');
  });
});

describe('the signal option of a client', () => {
  const { signal } = new AbortController();
  const asked = (common: Parameters<typeof signalOfCall>[0], own?: AbortSignal): unknown =>
    (signalOfCall(common) as (state: object) => unknown)({ self: { signal: new CallSignal(own) } });

  test.each<[string, AbortSignal | (() => AbortSignal | undefined) | undefined, AbortSignal | undefined]>([
    ['the common one', signal, undefined],
    ["what the client's function answers", () => signal, undefined],
    ["the request's own, without a common one", undefined, signal],
    ["the request's own, where the function answers none", () => undefined, signal],
  ])('is, for a call, %s', (_which, common, own) => {
    expect(asked(common, own)).toBe(signal);
  });

  test('is handed on to be refused where it is none', () => {
    expect(signalOfCall('none' as never)).toBe('none');
  });
});
