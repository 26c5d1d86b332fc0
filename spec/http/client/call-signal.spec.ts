import { CallSignal, signalOfCall } from '../../../lib/http/client/call-signal';

/** How many listeners a signal has gained and not lost. */
function listeners(signal: AbortSignal): () => number {
  const added = jest.spyOn(signal, 'addEventListener');
  const removed = jest.spyOn(signal, 'removeEventListener');
  return () => added.mock.calls.length - removed.mock.calls.length;
}

const fresh = (): AbortSignal => new AbortController().signal;

describe('CallSignal', () => {
  test('has no signal without a given one', () => {
    const signal = new CallSignal(undefined);
    expect(signal.with(undefined)).toBeUndefined();
    expect([signal.current, signal.aborted]).toEqual([undefined, undefined]);
    signal.end();
  });

  test('returns the signal itself if there is only one', () => {
    const signal = fresh();
    expect(new CallSignal(signal).with(undefined)).toBe(signal);
    expect(new CallSignal(undefined).with(signal)).toBe(signal);
  });

  test.each([0, 1, 2])('aborts with the one of several that aborts first: %d', (which) => {
    const controllers = [new AbortController(), new AbortController(), new AbortController()] as const;
    const all = new CallSignal(controllers[0].signal);
    all.with(controllers[1].signal);
    const signal = all.with(controllers[2].signal);
    expect([signal?.aborted, all.aborted]).toEqual([false, undefined]);
    controllers[which]?.abort('this one');
    controllers[(which + 1) % 3]?.abort('too late');
    expect([signal?.aborted, signal?.reason]).toEqual([true, 'this one']);
    expect(all.aborted).toEqual({ reason: 'this one' });
  });

  test('is aborted from the start if one of its signals is', () => {
    expect(new CallSignal(AbortSignal.abort('before')).aborted).toEqual({ reason: 'before' });
    expect(new CallSignal(fresh()).with(AbortSignal.abort('before'))?.reason).toBe('before');
  });

  test('stops listening when the call is over, and tells others', () => {
    const [own, other] = [fresh(), fresh()];
    const counts = [listeners(own), listeners(other)];
    const signal = new CallSignal(own);
    signal.with(other);
    const released = jest.fn();
    signal.beforeRelease(released);
    expect(counts.map((count) => count())).toEqual([1, 1]);
    expect(released).not.toHaveBeenCalled();
    signal.end();
    expect(counts.map((count) => count())).toEqual([0, 0]);
    expect(released).toHaveBeenCalledTimes(1);
  });

  test('throws for a value that is not a signal', () => {
    expect(() => new CallSignal(fresh()).with({} as AbortSignal)).toThrow('signal takes an AbortSignal, got an object');
  });
});

describe('the signal of an attempt', () => {
  test('is undefined if the attempt’s own signal is enough', () => {
    const own = fresh();
    expect(new CallSignal(own).linkTo(own)).toBeUndefined();
  });

  test.each(['of the attempt', 'of the caller'])('aborts with the one %s', (which) => {
    const [attempt, caller] = [new AbortController(), new AbortController()];
    const link = new CallSignal(caller.signal).linkTo(attempt.signal);
    (which === 'of the caller' ? caller : attempt).abort(which);
    expect(link?.signal.reason).toBe(which);
  });

  test('is one of the platform for a signal of another make', () => {
    const heard: (() => void)[] = [];
    const foreign = {
      aborted: false,
      addEventListener: (_event: string, listener: () => void) => heard.push(listener),
      removeEventListener: () => undefined,
    };
    const signal = new CallSignal(foreign as never).linkTo(foreign as never)?.signal;
    expect(signal).toBeInstanceOf(AbortSignal);
    foreign.aborted = true;
    for (const listener of heard) listener();
    expect(signal?.reason).toMatchObject({ name: 'AbortError' });
  });
});

describe('the bodies of a call', () => {
  test('need no release without listeners', () => {
    expect(new CallSignal(fresh()).bodyOf(undefined)).toBeUndefined();
  });

  test('keep the signals linked until all have ended and the call is over', () => {
    const [own, common, attempt] = [fresh(), fresh(), fresh()];
    const counts = [listeners(own), listeners(common), listeners(attempt)];
    const signal = new CallSignal(own);
    signal.with(common);
    const ended = [signal.bodyOf(signal.linkTo(attempt)), signal.bodyOf(undefined)];
    signal.end();
    ended[0]?.();
    ended[0]?.();
    expect(counts.map((count) => count())).toEqual([1, 1, 0]);
    ended[1]?.();
    expect(counts.map((count) => count())).toEqual([0, 0, 0]);
  });
});

describe('the signal option of a client', () => {
  const signal = fresh();
  const asked = (common: Parameters<typeof signalOfCall>[0], own?: CallSignal): unknown =>
    (signalOfCall(common, () => own) as (state: object) => unknown)({});

  test.each<[string, AbortSignal | (() => AbortSignal | undefined) | undefined, AbortSignal | undefined]>([
    ['the common one', signal, undefined],
    ["what the client's function returns", () => signal, undefined],
    ["the request's own, without a common one", undefined, signal],
    ["the request's own, where the function returns none", () => undefined, signal],
  ])('is, for a call, %s', (_which, common, own) => {
    expect(asked(common, new CallSignal(own))).toBe(signal);
  });

  test('is the common one for a decision without a call', () => {
    expect([asked(signal), asked(undefined)]).toEqual([signal, undefined]);
  });

  test('is returned unchanged if it is not a signal, so that the policy throws', () => {
    expect(signalOfCall('none' as never, () => undefined)).toBe('none');
  });
});
