import { entryOfAnswer } from '../../lib/http/retry-table';

test.each([
  [undefined, 'never'],
  [200, 'never'],
  [404, 'never'],
  [408, 'ifRepeatable'],
  [425, 'ifRepeatable'],
  [429, 'always'],
  [499, 'never'],
  [500, 'ifRepeatable'],
])('An answer with the status %p is retried: %s', (status, entry) => {
  expect(entryOfAnswer({ status, headers: undefined, retryAfter: undefined })).toBe(entry);
});
