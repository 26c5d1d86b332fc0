import { always } from '../../../lib/strategies/retry-if/always';
import { fourfold } from './outcomes';

test('retryIf.always retries every error and every value', () => {
  expect(fourfold(always)).toEqual([true, true, true, true]);
  expect(always.errorsOnly).toBe(false);
});
