import { serverTime } from '../../lib/headers/answer';

const NOW = Date.UTC(2026, 10, 24, 12, 0, 0);
const all = {
  'retry-after-ms': '1',
  'x-ms-retry-after-ms': '2',
  'retry-after': '3',
  'x-ratelimit-remaining': '0',
  'x-ratelimit-reset': '4',
};

test('The time of a server is the first of the headers that name one', () => {
  const entries = Object.entries(all);
  const times = entries.map((_entry, i) => serverTime(Object.fromEntries(entries.slice(i)), NOW));
  expect(times).toEqual([1, 2, 3000, 4000, undefined]);
});

test('A Retry-After in the past is 0, though a limit has nothing left', () => {
  expect(serverTime({ ...all, 'retry-after-ms': 'x', 'x-ms-retry-after-ms': '', 'retry-after': '-5' }, NOW)).toBe(0);
});

test.each([null, undefined, 'x', { get: () => { throw new Error('no'); } }])('Headers that are none name no time: %j', (headers) => {
  expect(serverTime(headers as object)).toBeUndefined();
}); // prettier-ignore

test('Headers that throw where a limit is looked for say nothing', () => {
  const get = (name: string): unknown => {
    if (name.includes('ratelimit')) throw new Error('not these');
    return null;
  };
  expect(serverTime(Object.create({ get }) as object, NOW)).toBeUndefined();
});
