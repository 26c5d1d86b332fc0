import { omitUndefined } from '../../lib/base/omit-undefined';

test('what is undefined counts as left out, and nothing else does', () => {
  const fields = { a: 0, b: undefined, c: null, d: '', e: false };
  expect(Object.entries(omitUndefined(fields))).toEqual([
    ['a', 0],
    ['c', null],
    ['d', ''],
    ['e', false],
  ]);
});
