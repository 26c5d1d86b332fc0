import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mimeDb from 'mime-db';
import { fresh, start } from './main-job';

const root = join(__dirname, '../..');
const run = (...args: string[]): ReturnType<typeof spawnSync> =>
  spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/tsx/dist/cli.mjs'),
      '--tsconfig',
      'spec/tsconfig.json',
      'docs/examples/sync/main.ts',
      ...args,
    ],
    {
      cwd: root,
      encoding: 'utf8',
      timeout: 60_000,
    },
  );

// A real program against a real server, so real time.
describe('the main job', () => {
  test('brings in every entry of the data set once', () => {
    const out = join(mkdtempSync(join(tmpdir(), 'tenax-')), 'items.ndjson');
    const { status, stdout } = run('--out', out, '--rate', '100', '--per-page', '200');
    expect(status).toBe(0);
    const types = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types.sort()).toEqual(Object.keys(mimeDb).sort());
    expect(stdout).toMatch(/^2,\d{3} items in 14 pages → .* of the allowed rate\n$/);
  }, 70_000);

  test('loses and doubles nothing in hell', () => {
    const out = join(mkdtempSync(join(tmpdir(), 'tenax-')), 'items.ndjson');
    const { status, stdout } = run('--out', out, '--chaos', 'hell', '--rate', '100', '--json');
    expect(status).toBe(0);
    const types = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).toEqual(Object.keys(mimeDb));
    const { survived, ...figures } = JSON.parse(String(stdout)) as { survived: Record<string, number> };
    expect(figures).toMatchObject({ items: types.length, itemsBefore: 0, pages: 52, file: out });
    expect(Object.keys(survived)).toEqual(expect.arrayContaining(['429', '503', 'dropped connection']));
  }, 70_000);

  test('says in one line what is wrong, and shows no secret', () => {
    const out = join(mkdtempSync(join(tmpdir(), 'tenax-')), 'items.ndjson');
    const wrong = run('--rate', '0', '--out', out);
    expect(wrong.status).toBe(1);
    expect(String(wrong.stderr).trim().split('\n')).toHaveLength(1);
    const bad = run('--url', 'ftp://user:s3cret@host/', '--header', 'Authorization: s3cret', '--out', out);
    expect(bad.status).toBe(1);
    expect(`${String(bad.stdout)}${String(bad.stderr)}`).not.toContain('s3cret');
  }, 70_000);

  test('ends in one line when the output cannot be written, its own API or not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tenax-'));
    const [isFolder, nowhere] = await Promise.all([
      start('--out', folder).ended,
      start('--out', join(folder, 'missing', 'items.ndjson')).ended,
    ]);
    expect(isFolder).toMatchObject({ code: 1, output: expect.stringMatching(/^error: --out takes .* EISDIR.*\n$/) });
    expect(nowhere).toMatchObject({ code: 1, output: expect.stringMatching(/^error: --out takes .* ENOENT.*\n$/) });
  }, 30_000);

  test('says in one line that no Redis is there', async () => {
    const { code, output } = await start('--redis', 'redis://:s3cret@127.0.0.1:1').ended;
    expect([code, output]).toEqual([1, 'error: --redis reaches no server: connect ECONNREFUSED 127.0.0.1:1\n']);
  }, 30_000);

  test('takes whole pages and a burst of at least one request', async () => {
    const out = fresh();
    const [size, capacity] = await Promise.all([
      start('--per-page', '1.5', '--out', out).ended,
      start('--capacity', '0.5', '--out', out).ended,
    ]);
    expect(size).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^error: .*--per-page.* whole number of .*1\.\n$/),
    });
    expect(capacity).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^error: .*--capacity.* at least 1\.\n$/),
    });
    expect(existsSync(out)).toBe(false);
  }, 30_000);
});
