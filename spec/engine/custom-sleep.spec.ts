import { PolicyError, Retrying, stop, wait } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../thrown';

const down = new Error('down');
const fails = (): Promise<unknown> => Promise.reject(down);

describe('a sleep of the user', () => {
  test('takes precedence over the clock and is given the delay and the signal', async () => {
    const clock = new VirtualClock();
    const sleep = jest.fn(async () => undefined);
    const { signal } = new AbortController();
    await thrown(new Retrying({ clock, sleep, signal, stop: stop.afterAttempt(2), wait: wait.fixed(50) }).call(fails));
    expect(sleep.mock.calls).toEqual([[50, signal]]);
    expect(clock.now()).toBe(0);
  });

  test('that rejects is a PolicyError with the error of the attempt', async () => {
    const sleep = (): Promise<never> => Promise.reject(new Error('no bed'));
    const error = await thrown<PolicyError>(new Retrying({ sleep, stop: stop.never }).call(fails));
    expect(error).toBeInstanceOf(PolicyError);
    expect(error).toMatchObject({ option: 'sleep', cause: { message: 'no bed' }, attemptError: down });
  });

  test('that ignores its signal ends with an abort all the same', async () => {
    const controller = new AbortController();
    const sleep = (): Promise<void> => {
      controller.abort(down);
      return new Promise(() => undefined);
    };
    const policy = new Retrying({ sleep, signal: controller.signal, stop: stop.never });
    expect(await thrown(policy.call(fails))).toBe(down);
  });
});
