import { Retrying, stop } from 'tenax';
import { thrown } from '../thrown';

const policy = new Retrying({ enabled: false, stop: stop.never });

describe('a policy with enabled: false', () => {
  test('calls the function once, with its this and its arguments', async () => {
    const self = { base: 1 };
    const add = policy.wraps(function (this: typeof self, more: number) {
      return this.base + more;
    });
    expect(await add.call(self, 2)).toBe(3);
  });

  test('passes its error on and counts nothing', async () => {
    const down = new Error('down');
    const fn = jest.fn(() => Promise.reject(down));
    expect(await thrown(policy.call(fn))).toBe(down);
    expect(fn).toHaveBeenCalledTimes(1);
    expect(policy.totals.calls).toBe(0);
    expect(policy.statistics).toBeUndefined();
  });

  test('gives run an attempt with a signal', async () => {
    expect(await policy.run(({ number, signal }) => [number, signal.aborted])).toEqual([1, false]);
  });

  test('makes one pass of the loop form', async () => {
    let passes = 0;
    for await (const attempt of policy) {
      passes += 1;
      await attempt.run(async () => undefined);
    }
    expect(passes).toBe(1);
  });
});
