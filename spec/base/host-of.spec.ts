import { hostOf } from '../../lib/base/host-of.js';

describe('hostOf', () => {
  test.each([
    [{ url: 'https://api.example.com/items?x=1' }, 'api.example.com'],
    [{ url: 'HTTP://API.example.com:8080' }, 'api.example.com:8080'],
    [{ url: '//api.example.com/items' }, 'api.example.com'],
    [{ url: '/items', baseURL: 'https://api.example.com/v1' }, 'api.example.com'],
    [{ url: 'https://other.example.com', baseURL: 'https://api.example.com' }, 'other.example.com'],
    [{ url: '/items' }, ''],
    [{ url: 'http://[broken' }, ''],
    [{}, ''],
  ])('of %j is %j', (request, host) => {
    expect(hostOf(request)).toBe(host);
  });
});
