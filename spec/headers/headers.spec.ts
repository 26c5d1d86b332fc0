import { AxiosHeaders } from 'axios';
import { headerField, headerValues } from '../../lib/headers/headers';

describe('headerValues', () => {
  test.each([
    ['Headers', new Headers({ 'X-Link': 'a' })],
    ['AxiosHeaders', new AxiosHeaders({ 'X-Link': 'a' })],
    ['an object in lower case', { 'x-link': 'a' }],
    ['an object in any case, other headers beside it', { 'X-LINE': 'b', 'X-Links': 'b', 'X-LINK': 'a' }],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { 'X-Link': 'a' })],
  ])('finds a header in %s', (_what, headers) => {
    expect(headerValues(headers, 'x-link')).toEqual(['a']);
  });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'x-link: a'],
    ['a function', Object.assign(() => undefined, { 'x-link': 'a' })],
    ['an empty object', {}],
    ['an object that inherits another spelling of it', Object.create({ 'X-Link': 'a' }) as object],
    ['Headers without it', new Headers()],
  ])('finds none in %s', (_what, headers) => {
    expect(headerValues(headers, 'x-link')).toEqual([]);
  });

  test('returns numbers as text, and skips what is neither text nor a number', () => {
    expect(headerValues({ 'x-link': 5 }, 'x-link')).toEqual(['5']);
    expect(headerValues({ 'x-link': ['a', 5, null, true, {}, 'b'] }, 'x-link')).toEqual(['a', '5', 'b']);
    expect(headerValues({ 'x-link': true }, 'x-link')).toEqual([]);
  });
});

describe('headerField', () => {
  test('reads the name in small letters before another spelling of it', () => {
    expect(headerField({ 'X-Link': 'a', 'x-link': 'b' }, 'x-link')).toBe('b');
    expect(headerField({ 'X-Link': 'a', 'x-link': undefined }, 'x-link')).toBe('a');
  });

  test('returns the value as the client has it', () => {
    const list = ['a', 'b'];
    expect(headerField({ 'x-link': list }, 'x-link')).toBe(list);
    expect(headerField(new Headers(), 'x-link')).toBeNull();
  });
});
