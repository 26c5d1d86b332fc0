import { TokenBucket } from 'tenax';
import { FlakyServer } from 'tenax/testing';
import { createLogger } from 'winston';
import { ItemsApi, type Page } from '../../docs/examples/sync/items-api';

/** The first page of an API that answers so; `origin` in the texts is its own. */
async function firstPage(body: string, link?: string): Promise<Page & { origin: string }> {
  const server = await FlakyServer.start({
    handler: (_request, response) => {
      response.setHeader('content-type', 'application/json');
      if (link !== undefined) response.setHeader('link', link);
      response.end(body.replaceAll('origin', server.url));
    },
  });
  try {
    const address = `${server.url.replace('//', '//me:s3cret@')}/items`;
    const api = new ItemsApi(address, {}, new TokenBucket({ rate: 1000 }), createLogger({ silent: true }));
    const page = await api.fetchPage(1, 50, undefined, new AbortController().signal);
    expect(server.requests).toHaveLength(1);
    return { ...page, origin: server.url };
  } finally {
    await server.close();
  }
}

// Over real sockets, in no time.
describe('What the items API says of the next page', () => {
  test.each([
    ['a next of null', '{"items":[1],"next":null}', undefined],
    ['an empty next', '{"items":[1],"next":""}', undefined],
    [
      'a Link header with the first and last page only',
      '[1]',
      '</items?page=1>; rel="first", </items?page=1>; rel="last"',
    ],
    ['a Link header with the previous page only', '[1]', '</items?page=1>; rel="prev"'],
  ])('%s: this was the last page', async (_, body, link) => {
    expect(await firstPage(body, link)).toMatchObject({ items: [1], next: null });
  });

  test.each([
    ['no word of it', '{"items":[1]}', undefined],
    ['a Link header of other things', '[1]', '</style.css>; rel="preload"'],
  ])('%s: pages are counted', async (_, body, link) => {
    expect(await firstPage(body, link)).toMatchObject({ items: [1], next: undefined });
  });

  test.each([
    ['in the body', '{"items":[1],"next":"/items?page=2"}', undefined],
    ['in the body, whole', '{"items":[1],"next":"origin/items?page=2"}', undefined],
    ['in the Link header, whatever the body says', '{"items":[1],"next":null}', '</items?page=2>; rel="next"'],
  ])('an address %s is followed, with the credentials of --url', async (_, body, link) => {
    const { next, origin } = await firstPage(body, link);
    expect(next).toBe(`${origin.replace('//', '//me:s3cret@')}/items?page=2`);
  });

  test.each(['null', '{}', '7', '""', '', '{"items":{}}'])(
    'a body of %j holds no items, which one line says',
    async (body) => {
      await expect(firstPage(body)).rejects.toThrow(/^the answer holds no list of items \(.*\)$/);
    },
  );
});
