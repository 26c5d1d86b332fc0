import { withBody } from '../../../lib/http/fetch/with-body';

const stream = (text: string): ReadableStream<Uint8Array> => new Blob([text]).stream() as never;

/** An answer as fetch makes it: with an address, after a redirect. */
async function fetched(): Promise<Response> {
  const response = await fetch('data:text/plain,first');
  for (const [key, value] of Object.entries({ url: 'http://api.test/there', redirected: true })) {
    Object.defineProperty(response, key, { value });
  }
  return response;
}

test('withBody returns the same answer with another body', async () => {
  const response = Object.assign(await fetched(), { mark: 'of a wrapper' });
  const made = withBody(response, stream('second'));
  expect(made).toBeInstanceOf(Response);
  expect(made).toMatchObject({
    status: 200,
    ok: true,
    url: 'http://api.test/there',
    redirected: true,
    mark: 'of a wrapper',
  });
  expect(made.type).toBe(response.type);
  expect([...made.headers]).toEqual([...response.headers]);
  expect(await made.text()).toBe('second');
});

test('a clone of it is the same too, and can be read besides', async () => {
  const made = withBody(await fetched(), stream('second'));
  const copy = made.clone();
  expect(copy).toMatchObject({ url: 'http://api.test/there', redirected: true });
  expect(copy.clone().url).toBe('http://api.test/there');
  expect([await made.text(), await copy.text()]).toEqual(['second', 'second']);
});

test('it keeps the text of the status, and its fields can be replaced as those of a Response', async () => {
  const response = new Response('first', { status: 201, statusText: 'Made', headers: { 'x-a': 'b' } });
  const made = withBody(response, stream('second'));
  expect([made.status, made.statusText, made.headers.get('x-a')]).toEqual([201, 'Made', 'b']);
  for (const key of ['url', 'redirected', 'type', 'clone']) {
    expect(Object.getOwnPropertyDescriptor(made, key)).toMatchObject({
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }
});
