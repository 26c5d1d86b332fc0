import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { FlakyServer } from 'tenax/testing';
import { apiOf, interruptAndResume, PAGES } from './interrupted-job';
import { fresh, itemsIn, start } from './main-job';

// Real processes and a real server, so real time.
describe('the main job', () => {
  test('Property: killed at any page, in any style, it continues, and loses and doubles nothing', async () => {
    const interruption = fc.record({
      signal: fc.constant<NodeJS.Signals>('SIGKILL'),
      style: fc.constantFrom('page' as const, 'page' as const, 'link' as const, 'cursor' as const),
      at: fc.integer({ min: 1, max: PAGES }),
    });
    await fc.assert(
      fc.asyncProperty(interruption, async (each) => {
        await interruptAndResume(each);
      }),
      {
        numRuns: 30,
        examples: [1, 2, PAGES - 1, PAGES].map((at) => [{ signal: 'SIGKILL', style: 'page', at }]),
        endOnFailure: true,
      },
    );
  }, 600_000);

  test('interrupted by Ctrl-C says what was written and how to continue, and continues', async () => {
    const { output } = await interruptAndResume({ signal: 'SIGINT', style: 'cursor', at: 6 });
    expect(output).toMatch(
      /interrupted\n\d+ items in \d pages? are in .*; this continues:\n {2}npm start -- .* --resume\n$/,
    );
  }, 60_000);

  test('does not go on with pages of another size, or with another address, and leaves everything as it was', async () => {
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

  test('reads an API whose data fits on one page, and which says so, in one request', async () => {
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

  test('asks once at 401, says so in one line, and shows no secret', async () => {
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

  test('says in one line that a host cannot be reached', async () => {
    const gone = await FlakyServer.start();
    await gone.close();
    const { code, output } = await start('--url', `${gone.url}/items`, '--quiet', '--out', fresh()).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/^error: .*ECONNREFUSED.*\n$/);
    expect(output).not.toMatch(/\n\s+at /);
  }, 60_000);

  test('does not hand credentials to another origin', async () => {
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

  test('ends when an API does not count pages', async () => {
    const server = await FlakyServer.start({ handler: (_request, response) => void response.end('[{"id":1}]') });
    const { code, output } = await start('--url', server.url, '--rate', '1000', '--out', fresh()).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/page 2 has the same items as the page before it/);
    await server.close();
  }, 30_000);
});
