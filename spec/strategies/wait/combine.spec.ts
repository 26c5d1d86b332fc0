import { combine } from '../../../lib/strategies/wait/combine';
import { fixed } from '../../../lib/strategies/wait/fixed';
import { any, refuses } from '../refuses';
import { stateAt } from '../states';

const MOST = Number.MAX_VALUE;

describe('wait.combine', () => {
  test('waits for the sum of all delays', () => {
    expect(
      combine(fixed(1), fixed(2))
        .plus(() => 3)
        .delay(stateAt(1)),
    ).toBe(6);
    expect(combine(fixed(1)).delay(stateAt(1))).toBe(1);
  });

  test('has Infinity only from a member, and at once or later the same', async () => {
    const large = fixed(MOST);
    expect(combine(large, large).delay(stateAt(1))).toBe(MOST);
    expect(await combine(large, () => Promise.resolve(MOST)).delay(stateAt(1))).toBe(MOST);
    expect(await combine(fixed(1), () => Promise.resolve(Infinity)).delay(stateAt(1))).toBe(Infinity);
  });

  test('throws where one member throws, and drops the rejections of those asked before', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const late = combine(
      () => Promise.reject(new Error('late')),
      () => {
        throw new Error('at once');
      },
    );
    expect(() => late.delay(stateAt(1))).toThrow('at once');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  describe('refuses', () => {
    const takes = 'a wait strategy (wait.fixed(1000)) or a function of the call state';
    refuses([
      [new TypeError(`wait.combine takes ${takes}, got null`), () => combine(any(null))],
      [new TypeError('wait.combine takes at least one strategy'), () => combine()],
    ]);
  });
});
