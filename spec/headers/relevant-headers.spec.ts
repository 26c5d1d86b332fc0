import { AxiosHeaders } from 'axios';
import { relevantHeaders } from '../../lib/headers/relevant-headers';

const sent = {
  'Content-Type': 'text/plain',
  'X-RateLimit-Remaining': '5',
  'Retry-After': '60',
  Date: 'Thu, 01 Jan 1970 00:01:00 GMT',
  'Last-Date': 'x',
};
const relevant = { 'x-ratelimit-remaining': '5', 'retry-after': '60', date: sent.Date };

describe('The headers that have a say of a limit', () => {
  test.each([
    ['an object', sent],
    ['Headers', new Headers(sent)],
    ['AxiosHeaders', new AxiosHeaders(sent)],
    ['a Map', new Map(Object.entries(sent))],
    ['an object with a method beside them', { ...sent, get: () => undefined }],
    ['an object with a method of another name beside them', { ...sent, forEach: () => undefined }],
  ])('are taken out of %s, by their names in lower case', (_what, headers) => {
    expect(relevantHeaders(headers)).toEqual(relevant);
  });

  test.each(['X-RateLimit-Reset', 'RateLimit', 'RateLimit-Policy', 'Retry-After-Ms', 'X-Shopify-Shop-Api-Call-Limit'])(
    'are those beside %s',
    (name) => {
      expect(relevantHeaders({ [name]: '1', date: 'd' })).toEqual({ [name.toLowerCase()]: '1', date: 'd' });
    },
  );

  test.each([
    ['no headers', {}],
    ['Retry-After and Date alone', { 'Retry-After': '60', Date: sent.Date }],
    ['names that are longer', { 'x-retry-after-ms': '5', 'retry-after-ms-x': '5', 'my-date': 'x' }],
    ['an empty list', []],
    ['a text', 'x-ratelimit-remaining: 5'],
    ['a function', Object.assign(() => undefined, { 'x-ratelimit-remaining': '5' })],
    ['null', null],
    ['undefined', undefined],
  ])('are none in %s', (_what, headers) => {
    expect(relevantHeaders(headers as never)).toBeUndefined();
  });

  test('of two spellings of one name are those in lower case, else the first', () => {
    const [upper, lower, title] = ['X-RATELIMIT-LIMIT', 'x-ratelimit-limit', 'X-RateLimit-Limit'];
    expect(relevantHeaders({ [upper]: '1', [lower]: '2' })).toEqual({ [lower]: '2' });
    expect(relevantHeaders({ [lower]: '2', [upper]: '1' })).toEqual({ [lower]: '2' });
    expect(relevantHeaders({ [title]: '3', [upper]: '1' })).toEqual({ [lower]: '3' });
  });

  test('are asked for one by one where all of them cannot be seen', () => {
    class Sealed {
      get(name: string): string | null {
        return new Headers(sent).get(name);
      }
    }
    const headers = new Sealed();
    expect(relevantHeaders(headers)).toBe(headers);
  });
});
