import { never } from '../../../lib/strategies/retry-if/never';
import { fourfold } from './outcomes';

test('retryIf.never retries no error and no value', () => {
  expect(fourfold(never)).toEqual([false, false, false, false]);
  expect(never.errorsOnly).toBe(true);
});
