import axios from 'axios';
import { joinUrl, safeUrl } from '../../lib/http/url';

describe('An address that may be shown', () => {
  test.each([
    ['https://api.test/a/b', 'https://api.test/a/b'],
    ['https://api.test/a?key=secret', 'https://api.test/a'],
    ['https://api.test/a#part', 'https://api.test/a'],
    ['https://api.test/a#part?key=secret', 'https://api.test/a'],
    ['https://api.test/a?key=secret#part', 'https://api.test/a'],
    ['https://api.test/a?key=secret\nof two lines', 'https://api.test/a'],
    ['/a?key=secret', '/a'],
    ['?key=secret', ''],
    ['', ''],
  ])('of %j has neither query nor fragment', (url, shown) => {
    expect(safeUrl(url)).toBe(shown);
  });

  test.each([
    ['https://ada:secret@api.test/a', 'https://api.test/a'],
    ['https://token@api.test', 'https://api.test'],
    ['HTTPS://ada:secret@api.test/a', 'HTTPS://api.test/a'],
    ['git+ssh2.x-y://ada:secret@api.test/a', 'git+ssh2.x-y://api.test/a'],
    ['h://ada:secret@api.test/a', 'h://api.test/a'],
    ['//ada:secret@api.test/a', '//api.test/a'],
    ['https://ada:sec@ret@api.test/a', 'https://api.test/a'],
    ['https://ada:sec/r?e#t@api.test/a', 'https://api.test/a'],
    ['https://api.test/@ada/a@b', 'https://api.test/@ada/a@b'],
    ['https://api.test:8080/a@b', 'https://api.test:8080/a@b'],
    ['https://[::1]:80/a@b', 'https://[::1]:80/a@b'],
    ['/from/https://ada@api.test', '/from/https://ada@api.test'],
  ])('of %j has no credentials', (url, shown) => {
    expect(safeUrl(url)).toBe(shown);
  });

  test.each([
    ['/items', 'https://api.test', 'https://api.test/items'],
    ['items', 'https://api.test/', 'https://api.test/items'],
    ['items', 'https://api.test//', 'https://api.test/items'],
    ['', 'https://api.test/v1/items', 'https://api.test/v1/items'],
    ['?a=b', 'https://api.test/v1/items', 'https://api.test/v1/items/'],
    ['//other.test/items', 'https://api.test', '//other.test/items'],
    ['///items', 'https://api.test', '///items'],
    ['a//b', 'https://api.test/v1/x/', 'https://api.test/v1/x/a//b'],
    ['/items?key=secret', 'https://ada:secret@api.test/v1', 'https://api.test/v1/items'],
    ['/to/https://other.test', 'https://api.test', 'https://api.test/to/https://other.test'],
    ['/items', '', '/items'],
    ['/items', undefined, '/items'],
    ['http://other.test/items', 'https://api.test', 'http://other.test/items'],
    ['git+ssh2.x-y://other.test/items', 'https://api.test', 'git+ssh2.x-y://other.test/items'],
    ['HTTP://other.test/items', 'https://api.test', 'HTTP://other.test/items'],
  ])('of %j under the base %j is the whole one', (url, base, shown) => {
    expect(safeUrl(url, base)).toBe(shown);
  });
});

test.each(['items', '/items', '//items', '///a//b', ''])('joinUrl appends %j to a base as axios does', (url) => {
  for (const base of ['http://api.test/v1', 'http://api.test/v1/', 'http://api.test/v1/x']) {
    expect(joinUrl(base, url)).toBe(axios.getUri({ url, baseURL: base, allowAbsoluteUrls: false }));
  }
});
