import { existsSync, readFileSync } from 'node:fs';
import { FlakyServer } from 'tenax/testing';
import { fresh, itemsIn, start } from './main-job';

const PAGES = 12;
const ids = Array.from({ length: PAGES * 5 }, (_, i) => i);

/** An API of 60 items by page, by Link header or by a next address in the body; each page takes 30 ms. */
function apiOf(style: 'page' | 'link' | 'cursor'): Promise<FlakyServer> {
  return FlakyServer.start({
    handler: async (request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const page = Number(url.searchParams.get('page') ?? 1);
      const items = ids.slice((page - 1) * 5, page * 5).map((id) => ({ id }));
      const next = page < PAGES ? `/items?page=${page + 1}` : undefined;
      await new Promise((resolve) => setTimeout(resolve, 30));
      response.setHeader('content-type', 'application/json');
      if (style === 'link' && next !== undefined) response.setHeader('link', `<${next}>; rel="next"`);
      response.end(JSON.stringify(style === 'cursor' ? { results: items, next } : { items }));
    },
  });
}

// Real processes and a real server, so real time.
describe('the main job', () => {
  it.each([
    ['SIGINT', 'page'],
    ['SIGKILL', 'page'],
    ['SIGKILL', 'link'],
    ['SIGINT', 'cursor'],
  ] as const)(
    'interrupted by %s goes on with --resume (%s style), and loses and doubles nothing',
    async (signal, style) => {
      const server = await apiOf(style);
      const out = fresh();
      const args = ['--url', `${server.url}/items`, '--rate', '1000', '--per-page', '5', '--out', out];
      const first = start(...args);
      while (server.requests.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
      first.kill(signal);
      const { code, signal: by, output } = await first.ended;
      if (signal === 'SIGINT') {
        expect(code).toBe(130);
        expect(output).toContain('--resume');
      } else expect(by).toBe('SIGKILL');
      expect(itemsIn(out).length).toBeLessThan(ids.length);
      const before = server.requests.length;

      const { code: done } = await start(...args, '--resume').ended;
      expect(done).toBe(0);
      expect(itemsIn(out)).toEqual(ids);
      // What was there is not read again, but for the page that was under way.
      expect(before + PAGES + 2 - server.requests.length).toBeGreaterThan(2);
      expect(existsSync(`${out}.state.json`)).toBe(false);
      await server.close();
    },
    60_000,
  );

  it('does not go on with pages of another size, or with another address, and leaves everything as it was', async () => {
    const server = await apiOf('page');
    const out = fresh();
    const args = ['--url', `${server.url}/items`, '--rate', '1000', '--out', out];
    const first = start(...args, '--per-page', '5');
    while (server.requests.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    first.kill('SIGKILL');
    await first.ended;
    const asked = server.requests.length;
    const left = (): string[] => [out, `${out}.state.json`].map((file) => readFileSync(file, 'utf8'));
    const before = left();

    const others = [
      start(...args, '--per-page', '10', '--resume'),
      start(...args, '--per-page', '5', '--resume', '--url', `${server.url}/others`),
    ];
    const [size, address] = await Promise.all(others.map(({ ended }) => ended));
    expect(size).toMatchObject({
      code: 1,
      output: 'error: --resume takes the --per-page of the interrupted run: 5, not 10\n',
    });
    expect(address).toMatchObject({
      code: 1,
      output: `error: --resume takes the --url of the interrupted run: ${server.url}/items\n`,
    });
    expect(left()).toEqual(before);
    expect(server.requests).toHaveLength(asked);
    await server.close();
  }, 60_000);

  it('reads an API whose data fits on one page, and which says so, in one request', async () => {
    const server = await FlakyServer.start({
      handler: (_request, response) => void response.end('{"items":[{"id":1}],"next":null}'),
    });
    const out = fresh();
    const { code } = await start('--url', server.url, '--rate', '1000', '--out', out).ended;
    expect(code).toBe(0);
    expect(itemsIn(out)).toEqual([1]);
    expect(server.requests).toHaveLength(1);
    await server.close();
  }, 30_000);

  it('asks once at 401, says so in one line, and shows no secret', async () => {
    const server = await FlakyServer.start({ script: [401] });
    const address = server.url.replace('//', '//me:s3cret@');
    const { code, output } = await start(
      '--url',
      `${address}/items?key=s3cret`,
      '--header',
      'Authorization: Bearer s3cret',
      '--out',
      fresh(),
    ).ended;
    expect(code).toBe(1);
    expect(server.requests).toHaveLength(1);
    expect(output.trim().split('\n')).toEqual([expect.stringMatching(/^error: .*401/)]);
    expect(output).not.toContain('s3cret');
    await server.close();
  }, 30_000);

  it('says in one line that a host cannot be reached', async () => {
    const gone = await FlakyServer.start();
    await gone.close();
    const { code, output } = await start('--url', `${gone.url}/items`, '--out', fresh()).ended;
    expect(code).toBe(1);
    const lines = output
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('Retrying'));
    expect(lines).toEqual([expect.stringMatching(/^error: .*ECONNREFUSED/)]);
    expect(output).not.toMatch(/\n\s+at /);
  }, 60_000);

  it('does not hand credentials to another origin', async () => {
    const other = await FlakyServer.start();
    const server = await FlakyServer.start({
      handler: (_request, response) =>
        void response.end(JSON.stringify({ items: [{ id: 1 }], next: `${other.url}/items` })),
    });
    const { code, output } = await start('--url', server.url, '--out', fresh()).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/another origin/);
    expect(other.requests).toHaveLength(0);
    await Promise.all([server.close(), other.close()]);
  }, 30_000);

  it('ends when an API does not count pages', async () => {
    const server = await FlakyServer.start({ handler: (_request, response) => void response.end('[{"id":1}]') });
    const { code, output } = await start('--url', server.url, '--rate', '1000', '--out', fresh()).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/does not count pages/);
    await server.close();
  }, 30_000);
});
