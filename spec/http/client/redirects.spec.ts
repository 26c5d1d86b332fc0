import { channel } from 'node:diagnostics_channel';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import axios from 'axios';
import { watchRedirects } from '../../../lib/http/client/redirects';
import { wasNeverSent } from '../../../lib/http/client/rules';

const NOBODY = 'http://127.0.0.1:3/';

/** A server that redirects `/to?<status>` to where nobody listens, `/self` to itself until it is closed. */
async function redirecting(): Promise<{ url: string; close: () => Promise<void> }> {
  const server = http.createServer((request, response) => {
    request.resume();
    const [path, status] = (request.url as string).split('?') as [string, string?];
    if (path === '/to') response.writeHead(Number(status), { location: NOBODY }).end();
    else if (path === '/self')
      response.writeHead(307, { location: '/self', connection: 'close' }).end(() => server.close());
    else response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

describe('In Node a watch', () => {
  let server: Awaited<ReturnType<typeof redirecting>>;
  beforeEach(async () => { server = await redirecting(); }); // prettier-ignore
  afterEach(() => server.close());

  const failureOf = async (url: string, init?: RequestInit): Promise<[redirected: boolean, neverSent: boolean]> => {
    const watch = watchRedirects(url);
    const error: unknown = await fetch(url, init).catch((thrown: unknown) => thrown);
    watch.stop();
    const redirected = watch.wasRedirected(error);
    return [redirected, wasNeverSent(error, { redirected })];
  };

  test.each([301, 302, 303, 307, 308])('sees a redirect by a %i', async (status) => {
    expect(await failureOf(`${server.url}/to?${status}`, { method: 'POST', body: 'x' })).toEqual([true, false]);
  });

  test('sees a redirect to the same address', async () => {
    const [redirected, neverSent] = await failureOf(`${server.url}/self`, { method: 'POST', body: 'x' });
    expect([redirected, neverSent]).toEqual([true, false]);
  });

  test('sees no redirect if the first connection was refused', async () => {
    expect(await failureOf(NOBODY, { method: 'POST', body: 'x' })).toEqual([false, true]);
  });

  test('sees none of another address', async () => {
    const watch = watchRedirects(NOBODY);
    await fetch(`${server.url}/to?307`).catch(() => undefined);
    const error: unknown = await fetch(NOBODY).catch((thrown: unknown) => thrown);
    expect(watch.wasRedirected(error)).toBe(false);
    watch.stop();
  });

  test('sees none after it was stopped, and stopping twice does no harm', async () => {
    const url = `${server.url}/to?307`;
    const [ended, other] = [watchRedirects(url), watchRedirects(`${server.url}/other`)];
    ended.stop();
    ended.stop();
    await fetch(url).catch(() => undefined);
    expect([ended.wasRedirected(undefined), other.wasRedirected(undefined)]).toEqual([false, false]);
    other.stop();
  });

  test("knows the redirects of axios' http adapter", async () => {
    const error: unknown = await axios.post(`${server.url}/to?307`, 'x').catch((thrown: unknown) => thrown);
    expect(watchRedirects('x').wasRedirected(error)).toBe(true);
    expect(wasNeverSent(error)).toBe(false);
    expect(wasNeverSent(await axios.post(NOBODY, 'x').catch((thrown: unknown) => thrown))).toBe(true);
  });
});

describe('Where a platform has the channels of Node', () => {
  const { versions } = process;
  afterEach(() => Object.defineProperty(process, 'versions', { value: versions }));

  test.each([
    ['but publishes nothing, as Bun', { ...versions, bun: '1.3.0' }, true],
    ['but publishes nothing, as Deno', { ...versions, deno: '2.0.0' }, true],
    ['but no undici', { node: versions.node }, true],
    ['and undici', versions, false],
  ])('%s, the error decides: %p', (_what, value, decides) => {
    Object.defineProperty(process, 'versions', { value });
    const watch = watchRedirects(NOBODY);
    expect(watch.wasRedirected(Object.assign(new Error('x'), { port: 4 }))).toBe(decides);
    watch.stop();
  });

  test('a request through a proxy is known by its whole address', () => {
    const watch = watchRedirects('http://api.test/a?q=1');
    const [other, same] = ['http://api.test/b', 'http://api.test/a?q=2'].map((path) => {
      channel('undici:request:headers').publish({
        request: { origin: 'http://proxy.test', path },
        response: { statusCode: 307, headers: [] },
      });
      return watch.wasRedirected(undefined);
    });
    expect([other, same]).toEqual([false, true]);
    watch.stop();
  });
});

describe('The watches of a process', () => {
  const { getBuiltinModule } = process as unknown as { getBuiltinModule: (name: string) => object };
  const diagnostics = getBuiltinModule('node:diagnostics_channel') as {
    subscribe(name: string, listener: () => void): void;
    unsubscribe(name: string, listener: () => void): boolean;
  };
  afterEach(() => jest.restoreAllMocks());

  test('share one listener, which leaves with the last of them', () => {
    const [begun, ended] = [jest.spyOn(diagnostics, 'subscribe'), jest.spyOn(diagnostics, 'unsubscribe')];
    const [one, other] = [watchRedirects('http://a.test/'), watchRedirects('http://b.test/')];
    watchRedirects('no address').stop();
    one.stop();
    one.stop();
    expect([begun.mock.calls.length, ended.mock.calls.length]).toEqual([1, 0]);
    other.stop();
    other.stop();
    expect(ended.mock.calls).toEqual(begun.mock.calls);
  });

  test('hear of redirects alone', () => {
    const watch = watchRedirects('http://a.test/');
    channel('undici:request:headers').publish({
      request: { origin: 'http://a.test', path: '/' },
      response: { statusCode: 200, headers: [] },
    });
    expect(watch.wasRedirected(undefined)).toBe(false);
    watch.stop();
  });
});

describe('Where the platform reports no redirect', () => {
  const { getBuiltinModule } = process as { getBuiltinModule?: unknown };
  beforeEach(() => Object.assign(process, { getBuiltinModule: undefined }));
  afterEach(() => Object.assign(process, { getBuiltinModule }));

  const refused = (more: object): Error =>
    new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED', ...more }) });
  const deno = (url: string): Error =>
    new TypeError('fetch failed', {
      cause: new Error(
        `error sending request for url (${url}): client error (Connect): tcp connect error: Connection refused (os error 111)`,
      ),
    });

  test.each<[string, string, unknown, boolean]>([
    ['the same address', NOBODY, refused({ address: '127.0.0.1', port: 3 }), false],
    ['the address of a name', 'http://localhost:3/', refused({ address: '::1', port: 3 }), false],
    ['the port of the scheme', 'https://localhost/', refused({ address: '::1', port: 443 }), false],
    ['another port', NOBODY, refused({ address: '127.0.0.1', port: 4 }), true],
    ['another port than that of the scheme', 'http://localhost/', refused({ port: 443 }), true],
    ['another address', NOBODY, refused({ address: '127.0.0.2', port: 3 }), true],
    ['the same address of version 6', 'http://[::1]:3/', refused({ address: '::1', port: 3 }), false],
    ['another name', 'http://a.test/', refused({ hostname: 'b.test' }), true],
    ['the same name', 'http://a.test/', refused({ hostname: 'a.test' }), false],
    ["the same address in Deno's text", 'http://h:3/x', deno('http://h:3/y'), false],
    ["another port in Deno's text", 'http://h:3/x', deno('http://h:4/x'), true],
    ["another name in Deno's text", 'http://h/', deno('http://g/'), true],
    ["the port of the scheme in Deno's text", 'http://h:80/', deno('http://h/y'), false],
    ['another port, as a text', NOBODY, refused({ port: '4' }), true],
    ['the same port, as a text', NOBODY, refused({ port: '3' }), false],
    [
      'another address than that of a name with digits',
      'http://4.test:3/',
      refused({ address: '::1', port: 3 }),
      false,
    ],
    [
      'another address than that of a name that ends in digits',
      'http://h.4x:3/',
      refused({ address: '::1', port: 3 }),
      false,
    ],
    ['another address of version 6', 'http://[::1]:3/', refused({ address: '::2', port: 3 }), true],
    ['nothing', NOBODY, refused({}), false],
    ['anything, for an address that is not one', '/x', refused({ port: 4 }), false],
  ])('an error that names %s', (_what, url, error, expected) => {
    const watch = watchRedirects(url);
    expect(watch.wasRedirected(error)).toBe(expected);
    expect(wasNeverSent(error, { redirected: watch.wasRedirected(error) })).toBe(!expected);
    watch.stop();
  });
});
