import fc from 'fast-check';
import LinkHeader from 'http-link-header';
import { paginate } from 'tenax/http';
import { linkTargets } from '../../lib/headers/link-header';
import { runs } from '../long';

const next = (header: string) => linkTargets(header, 'next');

describe('The targets of a relation in a Link header', () => {
  test.each([
    ['', []],
    ['</items?page=2>; rel="next"', ['/items?page=2']],
    ['</2>; rel=next', ['/2']],
    ['</2>;rel=next', ['/2']],
    ['</2> ; rel = "next"', ['/2']],
    ['</2>; REL="NEXT"', ['/2']],
    ['</2>; rel="prefetch next"', ['/2']],
    ['< /2 >; rel=next', ['/2']],
    ['</1>; rel="prev", </2>; rel="next", </9>; rel="last"', ['/2']],
    ['</2>; rel="next", </3>; rel="next"', ['/2', '/3']],
    [' , </2>; rel="next" , ', ['/2']],
    ['</2?a=1,2;3>; title="a, b; c"; rel="next"', ['/2?a=1,2;3']],
    ['</2>; title="a \\"<b>\\", c"; rel="next"', ['/2']],
    ['</2>; rel="ne\\xt"', ['/2']],
    ['</2>\n ; rel="next"', ['/2']],
    ['<>; rel="next"', ['']],
  ])('%j: %j', (header, targets) => {
    expect(next(header)).toEqual(targets);
  });

  test.each([
    ['of another relation', '</1>; rel="prev"'],
    ['without one', '</1>'],
    ['whose relation has no value', '</1>; rel'],
    ['whose relation only contains the name', '</1>; rel="nextish"'],
    ['whose first relation is another', '</1>; rel="prev"; rel="next"'],
    ['with something in between', '</1> stray; rel=next, </3>; rel=prev'],
    ['whose relation is part of a quoted text', '</1>; title="; rel=next"'],
  ])('are not those of a link %s', (_, header) => {
    expect(next(header)).toEqual([]);
  });

  test.each([
    ["</2>; title*=UTF-8'de'n%e4chste; rel=next"],
    ['</2>; title*=; rel=next'],
    ['</2>; crossorigin; rel=next'],
    ['</2>; =x; rel=next'],
    ['</2>;; rel=next'],
    ['</2>; a="b"c; rel=next'],
    ['</2>; rel=next; title="never closed'],
    ['</2>; __proto__=x; rel=next'],
  ])('are found beside what is malformed: %s', (header) => {
    expect(next(header)).toEqual(['/2']);
  });

  test.each([
    ['https://host/2; rel=next'],
    ['</2; rel=next'],
    ['</1>; rel=prev, /2; rel=next'],
    ['</1>; rel=prev, </2'],
  ])('there is no list in %j', (header) => {
    expect(next(header)).toBeUndefined();
  });

  test('are those that http-link-header finds in any well-formed header', () => {
    const token = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
    const quoted = fc.stringMatching(/^[a-z ,;=<>]{1,12}$/).map((text) => `"${text}"`);
    const parameter = fc.tuple(token, fc.oneof(token, quoted)).map(([name, value]) => `; ${name}=${value}`);
    const rel = fc.constantFrom('; rel=next', '; rel="next"', '; rel="up next"', '; rel=prev', '');
    // Every character that a URL may have. (fc.webUrl takes a second to build.)
    const address = fc.stringMatching(
      /^https?:\/\/[a-z0-9-]{1,12}\.example(\/([\w.~!$&'()*+,;=:@-]|%[0-9A-F]{2}){0,8}){0,3}(\?([\w.~!$&'()*+,;=:@/?-]|%[0-9A-F]{2}){0,12})?$/,
    );
    const link = fc
      .tuple(address, fc.array(parameter, { maxLength: 2 }), rel)
      .map(([url, parameters, relation]) => `<${url}>${relation}${parameters.join('')}`);
    fc.assert(
      fc.property(fc.array(link, { maxLength: 4 }), (links) => {
        const header = links.join(', ');
        expect(next(header)).toEqual(
          LinkHeader.parse(header)
            .rel('next')
            .map(({ uri }) => uri),
        );
      }),
      runs(100),
    );
  });
});

describe('paginate by Link headers', () => {
  /** A client that answers these next addresses, and notes what it is asked. */
  const answering = (links: readonly (string | undefined)[]) => {
    const asked: string[] = [];
    const pages = links.map((link) => ({ status: 200, headers: link === undefined ? {} : { link }, data: [1] }));
    const get = async (url: string): Promise<unknown> => {
      asked.push(url);
      return pages.shift();
    };
    return { asked, client: { get } };
  };
  const read = async (client: { get: (url: string) => Promise<unknown> }, url: string): Promise<number> => {
    let items = 0;
    for await (const item of paginate<number>(client, url, { next: 'link' })) items += item;
    return items;
  };

  test('goes on and on from an address that is relative to nothing it knows', async () => {
    const { asked, client } = answering([
      '</items?page=2>; rel=next',
      '<?page=3>; rel=next',
      '<more>; rel=next',
      undefined,
    ]);
    expect(await read(client, '/items')).toBe(4);
    expect(asked).toEqual(['/items', '/items?page=2', '/items?page=3', '/more']);
  });

  test('refuses a header that is none, rather than ending there', async () => {
    const { client } = answering(['https://host/items?page=2; rel=next']);
    await expect(read(client, 'https://host/items')).rejects.toThrow(
      new Error('paginate: the Link header is not a list of links, <address>; rel="next"'),
    );
  });

  test('refuses a next address that is none, without its query', async () => {
    const { client } = answering(['<https://[/items?token=secret>; rel=next']);
    const error = await read(client, 'https://host/items').catch((thrown: unknown) => thrown);
    expect(error).toEqual(new Error('paginate: the next address https://[/items is not an address'));
  });
});
