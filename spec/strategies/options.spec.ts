import { option } from 'tenax';

describe('What the options of a strategy of your own take', () => {
  test.each<[keyof typeof option, unknown, unknown, string]>([
    ['duration', 5, Infinity, 'x takes a duration in milliseconds (a finite number ≥ 0), got Infinity'],
    ['openDuration', Infinity, -1, 'x takes a duration in milliseconds (a number ≥ 0), got -1'],
    ['finite', -5, Infinity, 'x takes a finite number, got Infinity'],
    ['factor', 0, -1, 'x takes a finite number ≥ 0, got -1'],
    ['fraction', 0.5, 1.5, 'x takes a number from 0 to 1, got 1.5'],
    ['whole', 3, 2.5, 'x takes a whole number ≥ 0, got 2.5'],
    ['flag', true, 1, 'x takes true or false, got 1'],
    ['text', 'a', 5, 'x takes a string, got 5'],
    ['pattern', 'a', 5, 'x takes a string or a RegExp, got 5'],
    ['signal', AbortSignal.abort(), 5, 'x takes an AbortSignal, got 5'],
  ])('%s takes %p and refuses %p', (type, good, bad, message) => {
    const { check } = option[type] as { check: (name: string, given: unknown) => unknown };
    expect(check('x', good)).toBe(good);
    expect(() => check('x', bad)).toThrow(message);
  });

  test.each(['stop', 'wait', 'condition'] as const)('%s takes a strategy or a function of the state', (type) => {
    const { check } = option[type] as { check: (name: string, given: unknown) => unknown };
    const own = () => 1;
    expect(String(check('x', own))).toBe('own');
    expect(() => check('x', 5)).toThrow(/^x takes a .* or a function of the call state, got 5$/);
  });
});
