import { channel } from 'node:diagnostics_channel';
import { namesRedirectTarget, rememberRedirects } from '../../../lib/http/client/redirect-targets.js';

/** What undici and Node's http module publish about an answer. */
const viaUndici = (statusCode: number, headers: readonly string[]): void =>
  channel('undici:request:headers').publish({
    request: { origin: 'http://api.test', path: '/items' },
    response: { statusCode, headers: headers.map((each) => Buffer.from(each)) },
  });
const viaHttp = (statusCode: number, location?: string): void =>
  channel('http.client.response.finish').publish({
    request: {
      protocol: 'http:',
      path: '/items',
      getHeader: (name: string) => (name === 'host' ? 'api.test' : undefined),
    },
    response: { statusCode, headers: { location } },
  });
const refused = (more: object): Error => Object.assign(new Error('connect ECONNREFUSED'), more);

describe('namesRedirectTarget', () => {
  beforeAll(rememberRedirects);

  test.each<[string, () => void, object]>([
    ['undici', () => viaUndici(307, ['Location', 'http://one.test:81/']), { hostname: 'one.test' }],
    ['the http module', () => viaHttp(302, 'http://two.test:82/'), { address: '10.0.0.2', port: 82 }],
    ['a relative address', () => viaHttp(301, '/other'), { hostname: 'api.test' }],
    ['an address with the port of its scheme', () => viaHttp(308, 'https://three.test/'), { port: 443 }],
  ])('is true of an error that names the target of a redirect: %s', (_what, redirect, named) => {
    expect(namesRedirectTarget(refused(named))).toBe(false);
    redirect();
    expect(namesRedirectTarget(new TypeError('fetch failed', { cause: refused(named) }))).toBe(true);
  });

  test.each<[string, () => void]>([
    ['an answer that is no redirect', () => viaUndici(200, ['Location', 'http://no.test:90/'])],
    ['a redirect without a location', () => viaUndici(307, ['Server', 'x'])],
    ['an answer of the http module that is no redirect', () => viaHttp(201, 'http://no.test:90/')],
    ['a redirect of the http module without a location', () => viaHttp(307)],
    ['a location that is not an address', () => viaHttp(307, 'http://[/')],
  ])('remembers nothing of %s', (_what, answer) => {
    answer();
    expect(namesRedirectTarget(refused({ port: 90 }))).toBe(false);
  });

  test('reads the location among the names of the headers, wherever it is', () => {
    viaUndici(307, ['server', 'location', 'x-next', 'http://seven.test:87/', 'location', 'http://six.test:86/']);
    viaUndici(307, ['server', 'location']);
    const known = ['six.test', 'seven.test', 'undefined'].map((hostname) => namesRedirectTarget(refused({ hostname })));
    expect(known).toEqual([true, false, false]);
  });

  test('tells addresses of the same port from each other, of version 6 too', () => {
    viaHttp(307, 'http://[::1]:91/');
    viaHttp(307, 'http://10.0.0.9:92/');
    const named = (address: string, port: number): boolean => namesRedirectTarget(refused({ address, port }));
    expect([named('::1', 91), named('::2', 91)]).toEqual([true, false]);
    expect([named('10.0.0.9', 92), named('10.0.0.8', 92)]).toEqual([true, false]);
  });

  test('listens once, however often it is asked to', () => {
    const { getBuiltinModule } = process as unknown as { getBuiltinModule: (name: string) => object };
    const begun = jest.spyOn(getBuiltinModule('node:diagnostics_channel') as { subscribe(): void }, 'subscribe');
    rememberRedirects();
    expect(begun).not.toHaveBeenCalled();
    begun.mockRestore();
  });

  test("reads the address in the text of node-fetch's error", () => {
    viaHttp(307, 'http://four.test/');
    const failed = (address: string): boolean =>
      namesRedirectTarget(new Error(`request to ${address} failed, reason: connect ECONNREFUSED`));
    expect([
      failed('http://four.test/x'),
      failed('http://four.test:84/x'),
      failed('http://five.test/'),
      failed('http://['),
    ]).toEqual([true, false, false, false]);
  });

  test('remembers the latest thousand targets', () => {
    viaHttp(307, 'http://first.test:9001/');
    for (let i = 0; i < 999; i += 1) viaHttp(307, `http://h${i}.test:9002/`);
    expect(namesRedirectTarget(refused({ port: 9001 }))).toBe(true);
    viaHttp(307, 'http://last.test:9003/');
    expect([9001, 9003].map((port) => namesRedirectTarget(refused({ port })))).toEqual([false, true]);
  });
});
