import { markRefusal } from '../../lib/call/gate';
import { entryOf, entryOfAnswer } from '../../lib/http/retry-table';

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

test("A gate's own refusal is never retried, whatever its status or code says", () => {
  for (const fields of [{ status: 503 }, { status: 429 }, { code: 'ECONNRESET' }]) {
    const error = Object.assign(new Error('refused'), fields);
    expect(entryOf({ attemptNumber: 1, failed: true, error })).not.toBe('never');
    markRefusal(error);
    expect(entryOf({ attemptNumber: 1, failed: true, error })).toBe('never');
  }
});
