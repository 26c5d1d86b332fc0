import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

describe('The example of two providers, run', () => {
  test('shows each case on two servers', () => {
    const root = join(__dirname, '../..');
    const args = [
      'node_modules/tsx/dist/cli.mjs',
      '--tsconfig',
      'spec/tsconfig.json',
      'docs/examples/failover/main.ts',
    ];
    const lines = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }).trim().split('\n');
    expect(lines).toEqual([
      'as usual: the first answers',
      'busy for a second: the first answers',
      'busy for ten seconds: the second answers',
      'still busy: the second answers, and the first has seen 4 requests',
    ]);
  });
});
