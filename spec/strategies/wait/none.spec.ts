import { none } from '../../../lib/strategies/wait/none';
import { delays } from '../states';

test('wait.none does not wait, and is always the same object', () => {
  expect(delays(none(), 2)).toEqual([0, 0]);
  expect(none()).toBe(none());
});
