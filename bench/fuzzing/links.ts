import fc from 'fast-check';
import { paginate } from 'tenax/http';
import type { Target } from './target.js';

const word = fc.oneof(
  fc.constantFrom('next', 'prev', '"next"', '"first next"', 'NEXT', '"a,b"', '"a\\"b"', "UTF-8''%20", "''", '%'),
  fc.stringMatching(/^[a-z0-9;=,"<> *'\\/%-]{0,12}$/),
);
const name = fc.oneof(fc.constantFrom('rel', 'title', 'title*', 'rel*', '__proto__', ''), word);
const parameter = fc
  .tuple(name, fc.constantFrom('=', ' = ', '', '=='), word)
  .map(([key, equals, value]) => `;${key}${equals}${value}`);
const address = fc.oneof(
  fc.constantFrom(
    '/items?page=2',
    'https://host/items?page=3',
    'https://other/x',
    'http://[',
    '//',
    'data:,',
    '\u0000',
  ),
  fc.webUrl(),
  fc.string({ maxLength: 20 }),
);
const link = fc
  .tuple(address, fc.array(parameter, { maxLength: 4 }))
  .map(([uri, parameters]) => `<${uri}>${parameters.join('')}`);
const header = fc.oneof(
  { arbitrary: fc.array(link, { maxLength: 4 }).map((links) => links.join(', ')), weight: 6 },
  fc.string({ maxLength: 80, unit: 'binary' }),
  fc.array(fc.string({ maxLength: 20 }), { maxLength: 3 }),
  fc.anything(),
);

/** Reads pages whose Link headers are these, one after another. */
async function read(headers: readonly unknown[]): Promise<number> {
  const pages = headers.map((each) => ({ status: 200, headers: { link: each }, data: [1] }));
  const client = { get: async () => pages.shift() ?? { status: 200, headers: {}, data: [] } };
  let read = 0;
  for await (const item of paginate<number>(client, 'https://host/items', { next: 'link' })) read += item;
  return read;
}

/** Link headers as `paginate` follows them: it ends, or fails with an error that says where. */
export const links: Target = {
  name: 'links',
  property: fc.asyncProperty(fc.array(header, { minLength: 1, maxLength: 3 }), async (headers) => {
    const items = await read(headers).catch((error: unknown) => {
      if (error instanceof Error && error.message.startsWith('paginate: ')) return 1;
      throw error;
    });
    if (!(items >= 1 && items <= headers.length + 1)) throw new Error(`${items} pages were read`);
  }) as never,
  parse: (long) =>
    read([`<https://host/2>;rel=next,${long}`, `<https://host/3>;title="${long}"`, `<x>${long}`]).catch(() => 0),
  pieces: [' ', 'a', '<', '>', '<>', '<>,', ';', ';a', ';a=', ';a=b', '"', '\\"', ',', ';rel="a b c"', ';rel=a', '= '],
};
