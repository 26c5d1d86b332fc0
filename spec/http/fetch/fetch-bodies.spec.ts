import { fetchBodies } from '../../../lib/http/fetch/fetch-bodies';

const withFields = (response: Response, fields: object): Response => {
  for (const [key, value] of Object.entries(fields)) Object.defineProperty(response, key, { value });
  return response;
};

describe('The bodies of fetch', () => {
  test('are streamed, whatever the init', () => {
    expect(fetchBodies.isStreamed({})).toBe(true);
  });

  test.each<[string, () => Response, boolean]>([
    ['a Response', () => new Response('x'), true],
    ['a Response without a body', () => new Response(null), false],
    ['a Response whose body was used', () => withFields(new Response('x'), { bodyUsed: true }), false],
    ['a Response with a status that none can be made with', () => withFields(new Response('x'), { status: 199 }), false],
    ['the answer of another library', () => ({ status: 200, body: new Response('x').body, bodyUsed: false }) as Response, false],
    ['a Response with a body of another make', () => withFields(new Response('x'), { body: {} }), false],
  ])('of %s can be continued or not', (_what, make, can) => {
    const response = make();
    expect(fetchBodies.streamOf(response)).toBe(can ? response.body : undefined);
  }); // prettier-ignore

  test.each([
    ['cors', {}, false],
    ['cors', { date: 'x' }, true],
    ['basic', {}, true],
  ])('of an answer of the type %s with %j are as they were sent: %j', (type, headers, isUnchanged) => {
    expect(fetchBodies.isUnchanged(withFields(new Response('x', { headers }), { type }), {})).toBe(isUnchanged);
  });

  test('are continued with headers beside those of the request, which is not changed', () => {
    const init = { method: 'GET', headers: { 'x-a': 'b', range: 'bytes=0-' } };
    const { headers, ...rest } = fetchBodies.withHeaders(init, { range: 'bytes=5-', 'if-range': '"v1"' });
    expect(rest).toEqual({ method: 'GET' });
    expect([...(headers as Headers)]).toEqual([
      ['if-range', '"v1"'],
      ['range', 'bytes=5-'],
      ['x-a', 'b'],
    ]);
    expect(init.headers.range).toBe('bytes=0-');
  });
});
