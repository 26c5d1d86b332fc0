import * as ledger from '../../lib/limits/shared/ledger';
import { FOREVER, REPEATED, ROUNDING } from '../../lib/limits/shared/limit-state';
import * as line from '../../lib/limits/shared/line';
import { STATE_SCRIPT } from '../../lib/redis/state-script';
import { isBalanced } from './lua';

// script.long.spec.ts runs it on a server, and compares it with stepLimits.
describe('STATE_SCRIPT', () => {
  test('has the constants of limit-state.ts', () => {
    const [, ...constants] = /local FOREVER, ROUNDING, REPEATED = (\S+), (\S+), (\S+)\n/.exec(STATE_SCRIPT) as string[];
    expect(constants.map(Number)).toEqual([FOREVER, ROUNDING, REPEATED]);
  });

  test('has the functions of ledger.ts and line.ts under their names', () => {
    const names = Array.from(STATE_SCRIPT.matchAll(/^local function (\w+)/gm), ([, name]) => name);
    // These are a line or two of script.ts.
    const written = ['openLimit', 'enterLine', 'tookPlace'];
    const exported = [...Object.keys(ledger), ...Object.keys(line)].filter((name) => !written.includes(name));
    expect(names).toEqual(expect.arrayContaining(exported));
    expect(new Set(names).size).toBe(names.length);
  });

  test('ends each block that it begins', () => {
    expect(isBalanced(STATE_SCRIPT)).toBe(true);
  });
});
