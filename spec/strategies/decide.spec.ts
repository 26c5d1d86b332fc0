import { firstDecisive, mapAnswer } from '../../lib/strategies/decide';

const answer = (each: unknown): boolean => each as boolean;
const later = (each: unknown): Promise<boolean> => Promise.resolve(each as boolean);

describe('the first answer that decides', () => {
  test.each([
    [true, [false, false], false],
    [true, [false, true], true],
    [false, [true, true], true],
    [false, [true, false], false],
    [true, [0, 'yes'], true],
    [false, ['yes', 0], false],
    [true, [], false],
    [false, [], true],
  ])('%p of %p: %p', async (decisive, members, decision) => {
    expect(firstDecisive(members as unknown[], decisive, answer)).toBe(decision);
    expect(await firstDecisive(members as unknown[], decisive, later)).toBe(decision);
  });

  test('is waited for before the next one is asked', async () => {
    const asked: number[] = [];
    const ask = (decisiveAt: number) => async (each: number) => {
      asked.push(each);
      await Promise.resolve();
      return each === decisiveAt;
    };
    const decision = firstDecisive([1, 2, 3], true, ask(2));
    expect(asked).toEqual([1]);
    expect(await decision).toBe(true);
    expect(asked).toEqual([1, 2]);
  });
});

test('an answer is changed at once where it is there, else when it comes', async () => {
  const half = (value: number): number => value / 2;
  expect(mapAnswer(4, half)).toBe(2);
  expect(mapAnswer(Promise.resolve(4), half)).toBeInstanceOf(Promise);
  expect(await mapAnswer(Promise.resolve(4), half)).toBe(2);
});
