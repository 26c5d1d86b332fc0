import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Output } from '../../docs/examples/sync/output';
import { Source } from '../../docs/examples/sync/source';
import type { Position } from '../../docs/examples/sync/items-api';
import { fresh } from './main-job';

const API = 'https://api.test/items';
const source = (url: string | undefined = API, perPage = 2): Source => new Source(url, perPage);

/** A run that was killed after its first page; then half a page more was written. */
function interrupted(of: Source = source(), next: Position | null = { page: 2 }): string {
  const out = fresh();
  new Output(out, of, false).append([{ id: 1 }, { id: 2 }], next);
  writeFileSync(out, '{"id":', { flag: 'a' });
  return out;
}

const left = (out: string): (string | undefined)[] =>
  [out, `${out}.state.json`].map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined));

/** The one line that refuses to go on; nothing has changed by it. */
function refusal(out: string, of: Source = source()): string {
  const before = left(out);
  let message = '';
  try {
    new Output(out, of, true);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(left(out)).toEqual(before);
  expect(message).toMatch(/^--resume .+$/);
  return message;
}

describe('A resumed output', () => {
  test('is cut back to its last whole page', () => {
    const out = interrupted();
    expect(new Output(out, source(), true).written).toEqual({ bytes: 18, items: 2, next: { page: 2 } });
    expect(readFileSync(out, 'utf8')).toBe('{"id":1}\n{"id":2}\n');
  });

  test('without a state asks for a fresh start, and leaves the file', () => {
    const out = fresh();
    writeFileSync(out, 'old');
    expect(refusal(out)).toMatch(/^--resume finds no interrupted run \(no .*\); without --resume all is read anew$/);
  });

  test('knows after the last page that nothing is left to read', () => {
    expect(new Output(interrupted(source(), null), source(), true).written.next).toBeNull();
  });

  test.each([
    ['pages of another size', source(API, 3), /--per-page of the interrupted run: 2, not 3$/],
    ['another path', source('https://api.test/others'), /--url of the interrupted run: https:\/\/api\.test\/items$/],
    ['another host', source('https://test/items'), /--url of the interrupted run: https:\/\/api\.test\/items$/],
    ['a query', source(`${API}?open=1`), /--url of the interrupted run: https:\/\/api\.test\/items$/],
    ['no address', new Source(undefined, 2), /--url of the interrupted run: https:\/\/api\.test\/items$/],
  ])('does not go on with %s', (_, other, says) => {
    expect(refusal(interrupted(), other)).toMatch(says);
  });

  test('does not go on with an address where there was none, or with another query', () => {
    expect(refusal(interrupted(new Source(undefined, 2)))).toMatch(/--url of the interrupted run: it had none$/);
    const open = interrupted(source(`${API}?state=open`));
    for (const other of [`${API}?state=shut`, API])
      expect(refusal(open, source(other))).toMatch(/items\?… \(.*not kept\)$/);
    expect(new Output(open, source(`${API}?state=open`), true).written.next?.page).toBe(2);
  });

  test('is not made longer: a file that is gone or too short is refused', () => {
    const out = interrupted();
    writeFileSync(out, '{"id":1}\n');
    expect(refusal(out)).toMatch(/needs the first 18 bytes of .*, which has 9 bytes$/);
    rmSync(out);
    expect(refusal(out)).toMatch(/needs the first 18 bytes of .*, which is gone$/);
  });

  const written = (): Record<string, unknown> => JSON.parse(left(interrupted())[1]!);
  const { source: belongsTo } = written() as { source: object };
  test.each([
    ['', ''],
    ['half a state', '{"bytes":\n1'],
    ['null', 'null'],
    ['a list', '[]'],
    ['the state of an older version', '{"bytes":18,"items":2,"page":2}'],
    ['another next', JSON.stringify({ ...written(), next: 'https://elsewhere.test/' })],
    ['a next without a page', JSON.stringify({ ...written(), next: { address: { path: '/', query: [] } } })],
    ...Object.entries({
      bytes: -1,
      items: '2',
      next: { page: 1.5 },
      source: { ...belongsTo, perPage: 0 },
    }).map(([key, value]) => [`another ${key}`, JSON.stringify({ ...written(), [key]: value })]),
    ['an address of two lines', JSON.stringify({ ...written(), source: { ...belongsTo, address: 'a\nb' } })],
    [
      'a next address of no API',
      JSON.stringify({
        ...written(),
        source: { ...belongsTo, address: null },
        next: { page: 2, address: { path: '/', query: [] } },
      }),
    ],
  ])('a state that is none is refused: %s', (_, text) => {
    const out = interrupted();
    writeFileSync(`${out}.state.json`, text);
    expect(refusal(out)).toMatch(/cannot read .*items\.ndjson\.state\.json: it is not as this version writes it/);
  });
});

describe('An output that starts anew', () => {
  test('leaves no state of the run before it', () => {
    const out = interrupted();
    writeFileSync(`${out}.state.json.new`, '{');
    new Output(out, source(), false).finish();
    expect(left(out)).toEqual(['', undefined]);
    expect(existsSync(`${out}.state.json.new`)).toBe(false);
  });

  test('changes nothing before its first page, and cannot be resumed before', () => {
    const out = interrupted();
    const before = left(out);
    const output = new Output(out, source(`${API}/others`), false);
    expect([left(out), output.canResume]).toEqual([before, false]);
    output.append([{ id: 7 }], { page: 2 });
    expect([readFileSync(out, 'utf8'), output.canResume]).toEqual(['{"id":7}\n', true]);
  });

  test('keeps the items as long as the state is there', () => {
    const out = interrupted();
    const [items] = left(out);
    // What cannot be removed stands for a kill at that moment.
    rmSync(`${out}.state.json`);
    mkdirSync(`${out}.state.json`);
    expect(() => new Output(out, source(), false).append([], null)).toThrow();
    expect(readFileSync(out, 'utf8')).toBe(items);
  });

  test('keeps the state when the file cannot be written', () => {
    const out = interrupted();
    rmSync(out);
    mkdirSync(out);
    expect(() => new Output(out, source(), false)).toThrow(/^--out takes a file that can be written: .*EISDIR.*$/);
    expect(existsSync(`${out}.state.json`)).toBe(true);
  });
});

describe('The state holds no secret', () => {
  const url = 'https://me:s3cret@api.test/items?page=1&key=s3cret%2B%3D&s3cret&sort=id';
  // As the API repeats it: another order, other escapes.
  const next = 'https://me:s3cret@api.test/items?s3cret=&sort=id&page=2&key=s3cret%2b%3d&q=a%20b';

  test('neither of --url nor of a next address that repeats it, and reads that address back', () => {
    const out = interrupted(source(url), { page: 2, next });
    const state = left(out)[1]!;
    expect(state).not.toContain('s3cret');
    expect(state).not.toContain('me:');
    const resumed = new Output(out, source(url), true).written.next!.next!;
    const [was, is] = [new URL(next), new URL(resumed)];
    expect([...is.searchParams]).toEqual([...was.searchParams]);
    expect(is.search).toContain('q=a%20b');
    expect(is.href.split('?')[0]).toBe(was.href.split('?')[0]);
  });

  test('other credentials go on, and are used', () => {
    const next = { page: 2, next: 'https://me:s3cret@api.test/items?page=2' };
    const out = interrupted(source('https://me:s3cret@api.test/items'), next);
    const resumed = new Output(out, source('https://me:changed@api.test/items'), true);
    expect(resumed.written.next?.next).toBe('https://me:changed@api.test/items?page=2');
  });

  test('an edited next address does not leave the origin', () => {
    const out = interrupted(source(), { page: 2, next: `${API}?page=2` });
    const state = `${out}.state.json`;
    for (const path of ['//elsewhere.test/', 'https://elsewhere.test/', '/\\\\elsewhere.test']) {
      writeFileSync(
        state,
        JSON.stringify({ ...JSON.parse(readFileSync(state, 'utf8')), next: { page: 2, address: { path, query: [] } } }),
      );
      expect(new URL(new Output(out, source(), true).written.next!.next!).origin).toBe('https://api.test');
    }
  });

  test('and only its owner reads it', () => {
    expect(statSync(`${interrupted()}.state.json`).mode & 0o077).toBe(0);
  });
});
