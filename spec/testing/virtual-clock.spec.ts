import { TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../thrown.js';

/** Notes when sleeps of these lengths end, begun in this order. */
function sleepers(clock: VirtualClock, ...lengths: number[]): string[] {
  const woken: string[] = [];
  for (const [index, ms] of lengths.entries())
    void clock.sleep(ms).then(() => woken.push(`${index} at ${clock.now()}`));
  return woken;
}

describe('VirtualClock', () => {
  test('stands still until it is moved', async () => {
    const clock = new VirtualClock(100);
    const woken = sleepers(clock, 20, 10);
    expect([clock.now(), clock.pending]).toEqual([100, 2]);
    await clock.advance(15);
    expect([clock.now(), clock.pending, woken]).toEqual([115, 1, ['1 at 110']]);
    expect(await clock.next()).toBe(5);
    expect([clock.now(), clock.pending, woken]).toEqual([120, 0, ['1 at 110', '0 at 120']]);
    expect(await clock.next()).toBe(0);
  });

  test('begins at 0', () => {
    expect(new VirtualClock().now()).toBe(0);
  });

  test.each([[NaN], [Infinity], ['5'], [null], [new Date()]])('refuses to begin at %p', (start) => {
    expect(() => new VirtualClock(start as number)).toThrow(/^VirtualClock: start takes a finite number, got /);
  });

  test('wakes sleepers that go to sleep meanwhile', async () => {
    const clock = new VirtualClock();
    const at: number[] = [];
    void (async () => {
      for (let i = 0; i < 3; i += 1) {
        await clock.sleep(10);
        at.push(clock.now());
      }
    })();
    await clock.advance(100);
    expect(at).toEqual([10, 20, 30]);
  });

  test('wakes sleepers due at the end of an advance, but not later ones', async () => {
    const clock = new VirtualClock();
    const woken = sleepers(clock, 10, 10.5);
    await clock.advance(10);
    expect(woken).toEqual(['0 at 10']);
    expect(clock.pending).toBe(1);
  });

  test('wakes whose fractions of a millisecond add up to the end, whatever the rounding', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 7, capacity: 1, initial: 0, clock });
    const granted: number[] = [];
    for (let i = 0; i < 8; i += 1) void bucket.acquire().then(() => granted.push(clock.now()));
    await clock.advance(1000);
    expect(granted).toHaveLength(7);
    expect(clock.now()).toBe(1000);
  });

  test('wakes sleepers of one moment in the order in which they went to sleep', async () => {
    const clock = new VirtualClock();
    const woken = sleepers(clock, 30, 10, 20, 10, 10);
    await clock.advance(30);
    expect(woken).toEqual(['1 at 10', '3 at 10', '4 at 10', '2 at 20', '0 at 30']);
  });

  test('runs what a sleeper starts before the next one wakes', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    void clock.sleep(10).then(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      await null;
      seen.push('set off by the first');
    });
    void clock.sleep(10).then(() => seen.push('the second'));
    await clock.next();
    expect(seen).toEqual(['set off by the first', 'the second']);
  });

  test('runs what an immediate starts before advance resolves', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    setImmediate(() => setImmediate(() => seen.push('within')));
    await clock.advance(0);
    expect(seen).toEqual(['within']);
  });

  test('next wakes all sleepers of the next moment, and no others', async () => {
    const clock = new VirtualClock(5);
    const woken = sleepers(clock, 10, 20, 10);
    expect(await clock.next()).toBe(10);
    expect(woken).toEqual(['0 at 15', '2 at 15']);
    expect(clock.now()).toBe(15);
  });

  test('next sees a sleep that begins in a pending microtask', async () => {
    const clock = new VirtualClock();
    setImmediate(() => void clock.sleep(7));
    expect(await clock.next()).toBe(7);
  });

  test('next ignores sleepers that sleep forever', async () => {
    const clock = new VirtualClock();
    const woken = sleepers(clock, Infinity);
    expect(await clock.next()).toBe(0);
    expect([clock.now(), clock.pending, woken]).toEqual([0, 1, []]);
  });

  test('does not go back when it is moved twice at once', async () => {
    const clock = new VirtualClock();
    await Promise.all([clock.advance(20), clock.advance(5)]);
    expect(clock.now()).toBe(20);
  });

  test.each([[0], [-1], [NaN]])('a sleep of %p lets the event loop turn, and takes no time', async (ms) => {
    const clock = new VirtualClock();
    let turned = false;
    setImmediate(() => (turned = true));
    const slept = clock.sleep(ms);
    expect(clock.pending).toBe(0);
    await slept;
    expect([turned, clock.now()]).toEqual([true, 0]);
  });

  test.each([
    [-1, 'advance takes a duration in milliseconds (a finite number ≥ 0), got -1'],
    [Infinity, 'advance takes a duration in milliseconds (a finite number ≥ 0), got Infinity'],
  ])('refuses to advance by %p', async (ms, message) => {
    const clock = new VirtualClock();
    await expect(clock.advance(ms)).rejects.toThrow(new RangeError(message));
    expect(clock.now()).toBe(0);
  });
});

describe('a sleep on a VirtualClock that is aborted', () => {
  const reason = new Error('enough');

  test('ends with the reason, and is forgotten', async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const sleeping = clock.sleep(10, controller.signal);
    controller.abort(reason);
    expect(await thrown(sleeping)).toBe(reason);
    expect(clock.pending).toBe(0);
  });

  test('beforehand does not begin', async () => {
    const clock = new VirtualClock();
    expect(await thrown(clock.sleep(1, AbortSignal.abort(reason)))).toBe(reason);
    expect(await thrown(clock.sleep(0, AbortSignal.abort(reason)))).toBe(reason);
    expect(clock.pending).toBe(0);
  });

  test('after its time has come is over already, and leaves no listener behind', async () => {
    const clock = new VirtualClock();
    const { signal } = new AbortController();
    const added = jest.spyOn(signal, 'addEventListener');
    const removed = jest.spyOn(signal, 'removeEventListener');
    const sleeping = clock.sleep(10, signal);
    expect(added).toHaveBeenCalledTimes(1);
    await clock.advance(10);
    await sleeping;
    expect(removed).toHaveBeenCalledTimes(1);
  });
});

test('a sleep refuses anything but a signal', async () => {
  const clock = new VirtualClock();
  await expect(clock.sleep(10, new AbortController() as never)).rejects.toThrow(
    new TypeError('sleep: signal takes an AbortSignal, got an instance of AbortController'),
  );
  expect(clock.pending).toBe(0);
});
