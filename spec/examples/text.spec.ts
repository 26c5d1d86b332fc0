import { resumeCommand } from '../../docs/examples/sync/options';
import { Progress } from '../../docs/examples/sync/progress';
import type { Retry } from '../../docs/examples/sync/retries';
import { describeRetry, describeSurvived, figures, liveLines, summary } from '../../docs/examples/sync/text';

/** A run of two seconds that may send 20 requests a second. */
function run(
  { items = 0, pages = 0, requests = 0, total = undefined as number | undefined, before = 0 },
  kinds = {},
): Progress {
  const progress = new Progress((seconds) => 20 * seconds, before);
  Object.defineProperty(progress, 'seconds', { value: 2 });
  Object.assign(progress, { items, pages, requests, total });
  for (const [kind, times] of Object.entries(kinds)) progress.survived.set(kind, times as number);
  return progress;
}

const retry = (part: Partial<Retry> = {}): Retry => ({
  ...{ kind: '503', page: 17, attempt: 2, delay: 440, asked: undefined, ...part },
});

describe('The line at the end', () => {
  test('has all figures, with the right plural forms', () => {
    const kinds = { 'dropped connection': 2, 503: 5, 429: 3 };
    expect(summary(run({ items: 2522, pages: 52, requests: 39 }, kinds), 'items.ndjson')).toBe(
      '2,522 items in 52 pages → items.ndjson in 2.0 s; survived 3 × 429, 5 × 503, 2 dropped connections; 98 % of the allowed rate',
    );
    expect(summary(run({ items: 1, pages: 1, requests: 1 }, { timeout: 1 }), 'a b')).toBe(
      '1 item in 1 page → a b in 2.0 s; survived 1 timeout; 3 % of the allowed rate',
    );
    expect(summary(run({ pages: 1, requests: 80 }), 'out')).toBe(
      '0 items in 1 page → out in 2.0 s; 100 % of the allowed rate',
    );
  });

  test('counts what an interrupted run has left', () => {
    expect(summary(run({ items: 1000, pages: 20, requests: 40, before: 1522 }), 'out')).toBe(
      '1,000 items in 20 pages → out (2,522 items with those before) in 2.0 s; 100 % of the allowed rate',
    );
  });
});

test.each([
  [{ kind: '429', asked: 1000 }, '429 on page 17: asks for 1.0 s'],
  [{ kind: '429', page: undefined, asked: 1000 }, '429: asks for 1.0 s'],
  [{ kind: '429', asked: 0, delay: 0 }, '429 on page 17, try 2 in 0.0 s'],
  [{}, '503 on page 17, try 2 in 0.4 s'],
  [{ kind: 'dropped connection', attempt: 3 }, 'dropped connection on page 17, try 3 in 0.4 s'],
])('A retry %j reads %j', (part, text) => {
  expect(describeRetry(retry(part))).toBe(text);
});

test('Kinds of failures come in order, statuses first', () => {
  expect(describeSurvived(new Map(Object.entries({ timeout: 2, 'dropped connection': 1, 503: 1200, 500: 1 })))).toBe(
    '1 × 500, 1,200 × 503, 1 dropped connection, 2 timeouts',
  );
});

describe('On a terminal', () => {
  test('there is a bar where the total is known', () => {
    const progress = run({ items: 500, pages: 10, requests: 20, total: 2000 }, { 503: 1 });
    progress.retry(retry());
    expect(liveLines(progress, 80)).toEqual([
      `${'█'.repeat(10)}${'░'.repeat(30)} 500 of 2,000 items`,
      '10 pages · 250 items/s · 10 requests/s, 50 % of the allowed rate',
      'met 2 × 503',
      'last: 503 on page 17, try 2 in 0.4 s',
    ]);
  });

  test('there is none where it is not, and a total that is too small fills it', () => {
    expect(liveLines(run({ items: 1, pages: 1 }), 80)[0]).toBe('1 item');
    expect(liveLines(run({ items: 7, pages: 1, total: 5 }), 40)[0]).toBe(`${'█'.repeat(10)} 7 of 5 items`);
    expect(liveLines(run({ total: 5 }), 40)[0]).toBe(`${'░'.repeat(10)} 0 of 5 items`);
  });
});

test('The figures for programs are JSON', () => {
  const progress = run({ items: 3, pages: 2, requests: 20, before: 1 }, { 503: 2 });
  expect(JSON.parse(figures(progress, 'out'))).toEqual({
    ...{ items: 3, itemsBefore: 1, pages: 2, requests: 20, seconds: 2, survived: { 503: 2 }, share: 0.5, file: 'out' },
  });
});

describe('The command that continues', () => {
  test('is the one that was given, quoted for a shell', () => {
    expect(resumeCommand([])).toBe('npm start -- --resume');
    expect(resumeCommand(['--per-page', '5', '--resume', '--out', "it's.ndjson"])).toBe(
      "npm start -- --per-page 5 --out 'it'\\''s.ndjson' --resume",
    );
  });

  test('shows no secret', () => {
    const args = ['--url', 'https://me:s3cret@api.test/items?key=s3cret', '--header', 'Authorization: s3cret'];
    expect(resumeCommand([...args, '--header=X-Key: s3cret'])).toBe(
      "npm start -- --url 'https://…@api.test/items?…' --header 'Authorization: …' '--header=X-Key: …' --resume",
    );
  });
});
