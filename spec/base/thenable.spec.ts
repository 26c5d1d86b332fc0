import { isThenable, promiseOf } from '../../lib/base/thenable';

describe('an answer that has to be awaited', () => {
  const thenable = {
    then: (resolve: (value: number) => void) => {
      resolve(5);
    },
  };

  test.each([[Promise.resolve()], [thenable], [Object.assign(() => 1, thenable)]])('is %p', (value) => {
    expect(isThenable(value)).toBe(true);
  });

  test.each([[null], [undefined], ['then'], [5], [{}], [{ then: 5 }], [() => 1]])('is not %p', (value) => {
    expect(isThenable(value)).toBe(false);
  });

  test('becomes a Promise, one that it is already as it is', async () => {
    class Own extends Promise<number> {}
    const [native, own] = [Promise.resolve(5), Own.resolve(5)];
    expect(promiseOf(native)).toBe(native);
    expect(promiseOf(own)).not.toBe(own);
    for (const answer of [5, native, own, thenable as unknown as PromiseLike<number>]) {
      const promise = promiseOf(answer);
      expect(promise.constructor).toBe(Promise);
      expect(await promise).toBe(5);
    }
    expect(await promiseOf(null)).toBeNull();
  });
});
