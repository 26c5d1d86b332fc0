import { execFileSync } from 'node:child_process';

describe('The level', () => {
  // `npm run proof` counts a thousand million. In a process of its own, since Jest's would take thirty times as long.
  test('is exact after ten million grants at 1000, 3 and 7.7 a second', () => {
    const lines = execFileSync(process.execPath, ['--import', 'tsx', 'bench/proof-level.ts', '1e7'], {
      encoding: 'utf8',
    });
    expect(lines.match(/^ok {3}1e\+7 grants/gm)).toHaveLength(3);
  }, 60_000);
});
