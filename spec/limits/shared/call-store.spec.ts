import { LimiterUnavailableError } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { callStore } from '../../../lib/limits/shared/call-store.js';
import { thrown } from '../../thrown';

/** A clock that stands still, and whose timers end when the test says so. */
function clockByHand() {
  const timers: (() => void)[] = [];
  /** The milliseconds of each timer that was started. */
  const legs: number[] = [];
  let now = 0;
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => void (legs.push(ms), timers.push(resolve)));
  /** Ends one timer after another, each when `passes()` milliseconds have passed. */
  const endTimers = async (passes: () => number): Promise<void> => {
    for (; timers.length > 0; await Promise.resolve()) {
      now += passes();
      timers.shift()!();
    }
  };
  return { clock: { now: () => now, sleep }, legs, endTimers };
}

describe('callStore', () => {
  test('resolves with the reply', async () => {
    expect(await callStore(new VirtualClock(), 100, async () => 'reply')).toBe('reply');
  });

  test('rejects with LimiterUnavailableError, whose cause is what the store threw', async () => {
    const down = new Error('down');
    const error = await thrown(callStore(new VirtualClock(), 100, () => Promise.reject(down)));
    expect(error).toBeInstanceOf(LimiterUnavailableError);
    expect(error).toMatchObject({ cause: down });
  });

  test('keeps the credentials of an address out of its message', async () => {
    const refused = new Error('redis://user:secret@host refused');
    for (const failure of [refused, refused.message]) {
      const error = await thrown(callStore(new VirtualClock(), 100, () => Promise.reject(failure as Error)));
      expect(error.message).toBe('the shared rate limiter is unavailable: redis://host refused');
    }
  });

  test('rejects at once with an error whose message is no text', async () => {
    const down = Object.assign(new TypeError(), { message: { code: 5 } });
    const error = await thrown(callStore(new VirtualClock(), 100, () => Promise.reject(down)));
    expect(error).toBeInstanceOf(LimiterUnavailableError);
    expect(error).toMatchObject({
      message: 'the shared rate limiter is unavailable: an instance of TypeError',
      cause: down,
    });
  });

  test('rejects and aborts the command after the timeout', async () => {
    const clock = new VirtualClock();
    let aborted: AbortSignal | undefined;
    const pending = thrown(
      callStore(clock, 100, (signal) => {
        aborted = signal;
        return new Promise(() => undefined);
      }),
    );
    await clock.advance(99);
    expect(aborted?.aborted).toBe(false);
    await clock.advance(1);
    expect(await pending).toBeInstanceOf(LimiterUnavailableError);
    expect(aborted?.aborted).toBe(true);
  });

  test('ignores a reply that comes after the timeout', async () => {
    const clock = new VirtualClock();
    const pending = thrown(callStore(clock, 100, () => clock.sleep(200)));
    await clock.advance(300);
    expect(await pending).toMatchObject({ message: expect.stringContaining('no reply from the store within 100 ms') });
    expect(clock.pending).toBe(0);
  });

  test.each<[string, unknown, string]>([
    ['with the reason of a store that knows it', new LimiterUnavailableError('not connected'), 'not connected'],
    ['not with the error of a store that was aborted', new Error('aborted'), 'no reply from the store within 100 ms'],
  ])('rejects after the timeout %s', async (_, error, reason) => {
    const clock = new VirtualClock();
    const call = (signal: AbortSignal): Promise<never> =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(error));
      });
    const pending = thrown(callStore(clock, 100, call));
    await clock.advance(100);
    expect(await pending).toEqual(new LimiterUnavailableError(reason));
  });

  test('does not count the time in which the process was stopped', async () => {
    const { clock, legs, endTimers } = clockByHand();
    const pending = thrown(callStore(clock, 100, () => new Promise(() => undefined)));
    await endTimers(() => (legs.length === 1 ? 3_600_000 : legs.at(-1)!));
    // Of an hour, the first quarter and 20 ms count.
    expect(legs).toEqual([25, 25, 25, 5]);
    expect(await pending).toBeInstanceOf(LimiterUnavailableError);
  });

  test('resolves with a reply that is read in the turn after the timeout, and does not abort then', async () => {
    const { clock, endTimers } = clockByHand();
    let reply: (text: string) => void = () => undefined;
    let signal: AbortSignal | undefined;
    const pending = callStore(clock, 100, (given) => {
      signal = given;
      return new Promise<string>((resolve) => (reply = resolve));
    });
    await endTimers(() => 25);
    reply('in time');
    expect(await pending).toBe('in time');
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(signal?.aborted).toBe(false);
  });
});
