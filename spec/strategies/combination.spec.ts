import { combination } from '../../lib/strategies/combination';
import { stateAt } from './states';

const list = { type: 'number', check: (_option: string, given: unknown) => given as number };

describe('combination declares', () => {
  test.each([
    ['any', [1, 5], true],
    ['any', [1, 2], false],
    ['all', [5, 6], true],
    ['all', [5, 1], false],
  ] as const)('%s of %p as true exactly if its members say so: %p', (combines, members, expected) => {
    const isAbove = (member: number, state: { attemptNumber: number }): boolean => member > state.attemptNumber;
    const declared = combination('made', combines, list, isAbove);
    expect(declared).toMatchObject({ name: `made.${combines}`, list, flat: true, combines });
    expect(declared.test(...members)(stateAt(3))).toBe(expected);
  });
});
