import { PolicyError, retry, stop, type RetryBudgetLike } from 'tenax';
import { thrown } from '../thrown';
import { fails } from './fails';

const budget = (tryRetry: () => unknown): RetryBudgetLike => ({
  recordAttempt: () => undefined,
  tryRetry: tryRetry as () => boolean,
});
const call = (value: unknown): Promise<unknown> =>
  retry(fails, { stop: stop.afterAttempt(3), budget: value as never })();

describe('a budget of your own', () => {
  test('that refuses ends the call, and one that admits does not', async () => {
    await expect(call(budget(() => false))).rejects.toMatchObject({ attempts: 1, stopReason: 'budget' });
    await expect(call(budget(() => true))).rejects.toMatchObject({ attempts: 3, stopReason: 'stop' });
  });

  test.each([
    ['a Promise, even of false', async () => false, 'an instance of Promise'],
    ['a Promise that rejects', async () => Promise.reject(new Error('down')), 'an instance of Promise'],
    ['nothing', () => undefined, 'undefined'],
    ['a number', () => 1, '1'],
  ])('whose tryRetry returns %s is a PolicyError of budget', async (_what, tryRetry, shown) => {
    const error = await thrown<PolicyError>(call(budget(tryRetry)));
    expect(error).toBeInstanceOf(PolicyError);
    expect(error.option).toBe('budget');
    expect(error.cause).toEqual(new TypeError(`tryRetry must return true or false at once, it returned ${shown}`));
  });

  test('whose tryRetry throws is a PolicyError of budget', async () => {
    const down = new Error('down');
    const error = await thrown<PolicyError>(
      call(
        budget(() => {
          throw down;
        }),
      ),
    );
    expect(error).toMatchObject({ option: 'budget', cause: down });
  });
});

describe('budgets of your own by key', () => {
  test('may have none for a call', async () => {
    await expect(call({ for: () => undefined })).rejects.toMatchObject({ attempts: 3 });
  });

  test.each([
    [null, 'null'],
    [{}, 'an object'],
    [Promise.resolve(budget(() => true)), 'an instance of Promise'],
  ])('that return %p are a PolicyError of budget', async (found, shown) => {
    const error = await thrown<PolicyError>(call({ for: () => found }));
    expect(error).toMatchObject({ name: 'PolicyError', option: 'budget' });
    expect(error.cause).toEqual(new TypeError(`for must return a RetryBudget, it returned ${shown}`));
  });
});
