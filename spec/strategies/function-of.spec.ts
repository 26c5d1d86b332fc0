import { functionOf } from '../../lib/strategies/function-of';
import { refuses } from './refuses';

test('functionOf returns the function that it was given', () => {
  const given = (): void => undefined;
  expect(functionOf('x', given, 'a function of the error')).toBe(given);
});

describe('functionOf refuses what is no function, and says what the option takes', () => {
  refuses([
    [new TypeError('x takes a function of the error, got 5'), () => functionOf('x', 5, 'a function of the error')],
  ]);
});
