import { setCause } from '../../lib/base/set-cause';

test('a cause is set as a constructor sets it: not enumerable, and open to change', () => {
  const cause = new Error('origin');
  const error = setCause(new Error('x'), cause);
  const made = Object.getOwnPropertyDescriptor(new Error('x', { cause }), 'cause');
  expect(Object.getOwnPropertyDescriptor(error, 'cause')).toEqual(made);
  expect(made?.value).toBe(cause);
});
