import { omitUndefined } from '../../lib/base/omit-undefined';
import { seededRandom } from '../../lib/base/random';
import { setCause } from '../../lib/base/set-cause';
import { isThenable, promiseOf } from '../../lib/base/thenable';

test('what is undefined counts as left out, and nothing else does', () => {
  const fields = { a: 0, b: undefined, c: null, d: '', e: false };
  expect(Object.entries(omitUndefined(fields))).toEqual([
    ['a', 0],
    ['c', null],
    ['d', ''],
    ['e', false],
  ]);
});

test('a cause is set as a constructor sets it: not enumerable, and open to change', () => {
  const cause = new Error('origin');
  const error = setCause(new Error('x'), cause);
  const made = Object.getOwnPropertyDescriptor(new Error('x', { cause }), 'cause');
  expect(Object.getOwnPropertyDescriptor(error, 'cause')).toEqual(made);
  expect(made?.value).toBe(cause);
});

describe('the seeded random numbers', () => {
  // Of the author's reference implementation.
  test.each([
    [0, [1144304738, 1416247, 958946056]],
    [1, [2693262067, 11749833, 2265367787]],
    [42, [2581720956, 1925393290, 3661312704]],
  ])('of %d are those of mulberry32', (seed, words) => {
    const random = seededRandom(seed);
    expect(words.map(() => random() * 2 ** 32)).toEqual(words);
  });

  test('are the same for the same 32 bits of a seed', () => {
    expect(seededRandom(-1)()).toBe(seededRandom(2 ** 32 - 1)());
    expect(seededRandom(1.5)()).toBe(seededRandom(1)());
  });

  test('lie from 0 to 1, around a half', () => {
    const random = seededRandom(5);
    const numbers = Array.from({ length: 10_000 }, random);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(numbers.reduce((sum, each) => sum + each) / numbers.length).toBeCloseTo(0.5, 1);
  });
});

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
