import axios from 'axios';
import fc from 'fast-check';
import { withoutParams, withParams } from '../../../lib/http/paginate/query.js';

describe('withParams', () => {
  test.each([
    ['a list', { ids: [1, 2] }],
    ['a list whose name says so', { 'ids[]': [1, 2] }],
    ['an empty list', { ids: [] }],
    ['a list with gaps', { ids: [1, null, undefined, 2] }],
    ['an object', { filter: { state: 'open', by: { name: 'me' } } }],
    ['a list of objects', { sort: [{ by: 'id' }, { by: 'name' }] }],
    ['a list of lists', { at: [[1, 2], [3]] }],
    ['a list of values and lists', { at: [1, [2, 3]] }],
    ['a list with brackets within its name', { 'a[]b': [1, 2] }],
    ['a list in an object', { filter: { ids: [1, 2] } }],
    ['a date', { since: new Date(0), until: [new Date(1)] }],
    ['text that has to be encoded', { 'a b': 'x y:$,&=#é', c: "!'()*~" }],
    ['what is left out', { a: undefined, b: null, c: '', d: 0, e: false }],
  ])('writes %s as axios does', (_what, params) => {
    expect(withParams('/items', params)).toBe(axios.getUri({ url: '/items', params }));
    expect(withParams('/items?q=1', params)).toBe(axios.getUri({ url: '/items?q=1', params }));
  });

  test('Property: writes any parameters as axios does', () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constantFrom(null, undefined));
    const name = fc.stringMatching(/^[a-z_]{1,8}$/);
    const value = fc.oneof(scalar, fc.array(scalar), fc.dictionary(name, scalar));
    fc.assert(
      fc.property(fc.dictionary(name, value), (params) => {
        const written = withParams('/items', params);
        // An older axios leaves brackets as they are.
        expect(decodeURI(written)).toBe(decodeURI(axios.getUri({ url: '/items', params })));
      }),
      { numRuns: process.env.TENAX_LONG ? 5000 : 50 },
    );
  });

  test.each([
    ['/items?page=7&q=1', { page: 1 }, '/items?q=1&page=1'],
    ['/items?page=7', { page: 1 }, '/items?page=1'],
    ['/items?page=7&page=8&pages=9', { page: 1 }, '/items?pages=9&page=1'],
    ['/items?%70age=7&a+b=1', { page: 1, 'a b': 2 }, '/items?page=1&a+b=2'],
    ['/items?page', { page: 1 }, '/items?page=1'],
    ['/items?ids[]=1&ids%5B0%5D=2&ids=3', { ids: 4 }, '/items?ids[]=1&ids%5B0%5D=2&ids=4'],
    ['/items?page=7', { page: undefined }, '/items?page=7'],
    ['/items?page=7', { page: null }, '/items?page=7'],
    ['/items?page=7#top', { page: 1 }, '/items?page=1'],
    ['/items#top', {}, '/items'],
    ['/items?&q=a%20b&', { page: 1 }, '/items?q=a%20b&page=1'],
    ['/items??&q=1', { page: 1 }, '/items??&q=1&page=1'],
    ['', { page: 1 }, '?page=1'],
  ])('of %s and %j is %s', (url, params, result) => {
    expect(withParams(url, params)).toBe(result);
  });

  test('replaces a list however the address writes it', () => {
    const url = '/items?ids[]=1&ids%5B0%5D=2&ids=3&idsx=4';
    expect(withoutParams(url, { ids: [5] })).toBe('/items?idsx=4');
    expect(withoutParams(url, { 'ids[]': [5] })).toBe('/items?ids=3&idsx=4');
    expect(withoutParams('/items', { ids: [5] })).toBe('/items');
  });
});
