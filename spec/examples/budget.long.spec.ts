import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// On a virtual clock of its own, in a few seconds of real time.
describe('The example of a retry budget', () => {
  test('shows what docs/limits.md says: without one an outage multiplies the traffic by five, with one by less than 1.4', () => {
    const root = join(__dirname, '../..');
    const args = ['node_modules/tsx/dist/cli.mjs', '--tsconfig', 'spec/tsconfig.json', 'docs/examples/budget.ts'];
    const lines = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }).trim().split('\n');
    const [without, with_] = lines.map((line) => line.match(/\d+(\.\d+)?/g)!.map(Number)) as [number[], number[]];
    expect(without[2]).toBeGreaterThan(4.5);
    expect(with_[2]).toBeLessThan(1.4);
    expect(with_[3]).toBeGreaterThan(99.9);
    const rows = readFileSync(join(root, 'docs/limits.md'), 'utf8').match(/^\| with.*%.*$/gm)!;
    const said = rows.map((row) => row.split('|').slice(2, 6).map(parseFloat));
    expect(said).toEqual([without, with_]);
  }, 60_000);
});
