import { isAbortError } from '../../lib/strategies/is-abort-error';

test('an abort is told by its name, and by nothing else', () => {
  const names = ['AbortError', 'CanceledError', 'TimeoutError', 'abortError', undefined];
  expect(names.map((name) => isAbortError({ name }))).toEqual([true, true, false, false, false]);
  expect(isAbortError(new DOMException('gone', 'AbortError'))).toBe(true);
  expect([null, undefined, 'AbortError'].map(isAbortError)).toEqual([false, false, false]);
});
