import { Readable } from 'node:stream';
import FormDataPackage from 'form-data';
import { ServerError } from 'tenax/axios';
import { axiosBodies } from '../../lib/axios/axios-bodies.js';
import { thrown } from '../thrown.js';
import { realClients } from './real-clients.js';
import { ADAPTERS, since, statuses } from './real-server.js';

describe.each(ADAPTERS)('with the %s adapter', (name, adapter) => {
  const { apiFor, seen } = realClients(adapter);

  describe('a body', () => {
    const bodies: [string, () => unknown][] = [
      ['JSON', () => ({ a: [1, 'ü'] })],
      ['a string', () => 'plain ü'],
      ['URLSearchParams', () => new URLSearchParams({ a: '1', b: 'ü' })],
      ['a Buffer', () => Buffer.from([0, 255, 1, 254])],
      ['an ArrayBuffer', () => new Uint8Array([7, 8, 9]).buffer],
      ...(since(6)
        ? ([['a Blob', () => new Blob(['blob'], { type: 'text/plain' })]] as [string, () => unknown][])
        : []),
    ];
    test.each(bodies)('of %s goes out the same each time', async (_what, make) => {
      const api = await apiFor(statuses(503, 503));
      await api.put('/', make());
      const [first, ...others] = seen();
      expect(others).toHaveLength(2);
      expect(first?.body.length).toBeGreaterThan(2);
      for (const other of others) {
        expect(other.body.equals(first?.body as Buffer)).toBe(true);
        expect(other.headers['content-type']).toBe(first?.headers['content-type']);
        expect(other.headers['content-length']).toBe(first?.headers['content-length']);
        expect(other.headers['user-agent']).toBe(first?.headers['user-agent']);
      }
    });

    test('of a native form goes out the same each time, with the same boundary', async () => {
      const api = await apiFor(statuses(503), { methods: ['POST'] });
      const form = new FormData();
      form.append('name', 'value ü');
      form.append('file', new Blob(['content']), 'file.txt');
      await api.post('/', form);
      const [first, second] = seen();
      expect(second?.headers['content-type']).toBe(first?.headers['content-type']);
      expect(second?.body.toString()).toBe(first?.body.toString());
      expect(first?.body.toString()).toContain('content');
    });

    test('of postForm goes out the same each time', async () => {
      const api = await apiFor(statuses(429), {});
      await api.postForm('/', { a: 1, b: ['x', 'y'] });
      expect(seen()[1]?.body.toString()).toBe(seen()[0]?.body.toString());
      expect(seen()[0]?.body.toString()).toContain('name="a"');
    });

    test('of npm form-data goes out whole each time', async () => {
      if (name === 'fetch') return;
      const api = await apiFor(statuses(503));
      const form = new FormDataPackage();
      form.append('field', 'value');
      form.append('file', Buffer.from('bytes'), { filename: 'a.bin' });
      await api.put('/', form);
      expect(seen()).toHaveLength(2);
      expect(seen()[1]?.body.equals(seen()[0]?.body as Buffer)).toBe(true);
      expect(seen()[0]?.body.toString()).toContain('bytes');
    });

    test('that is a stream is sent once, and the error says so', async () => {
      const api = await apiFor(statuses(503));
      const stream = name === 'http' ? Readable.from([Buffer.from('all of it')]) : new Blob(['all of it']).stream();
      const error = await thrown<ServerError>(api.put('/', stream, { maxRedirects: 0 }));
      expect(seen().map(({ body }) => body.toString())).toEqual(['all of it']);
      expect(error).toBeInstanceOf(ServerError);
      expect(error.message).toMatch(/not retried: its body is a stream/);
    });

    test('is transformed once a call', async () => {
      let runs = 0;
      const api = await apiFor(statuses(503, 503));
      await api.put('/', { a: 1 }, { transformRequest: (data) => (runs++, JSON.stringify({ wrapped: data })) });
      expect(runs).toBe(1);
      expect(seen().map(({ body }) => body.toString())).toEqual(Array(3).fill('{"wrapped":{"a":1}}'));
    });
  });
});

describe('What is read of an answer’s body', () => {
  const streamOf = (data: unknown) => axiosBodies.streamOf({ data } as never);

  test.each([
    [null],
    [undefined],
    ['text'],
    [{ destroy: () => undefined }],
    [{ [Symbol.asyncIterator]: () => undefined }],
  ])('%p, which an adapter of another make may give, is not watched', (data) => {
    expect(streamOf(data)).toBeUndefined();
  });

  test('the headers of a request for the rest may be those that beforeAttempt put in their place', () => {
    const sent = { headers: { accept: '*/*' } } as never;
    expect(axiosBodies.withHeaders(sent, { range: 'bytes=5-' })).toEqual({
      headers: { accept: '*/*', range: 'bytes=5-' },
    });
  });
});
