import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as core from 'tenax';
import * as http from 'tenax/http';
import { ROOT, sources } from './blocks.js';

const chapter = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');

describe('docs/errors.md', () => {
  const classes = Object.entries({ ...core, ...http }).filter(
    ([, value]) => typeof value === 'function' && value.prototype instanceof Error && value !== core.TenaxError,
  );

  test.each(classes.map(([name]) => name))('names %s', (name) => {
    expect(chapter).toMatch(new RegExp(`^\\| \`${name}\` .*\`TENAX_[A-Z_]+\``, 'm'));
  });

  test('names no class that does not exist', () => {
    const named = [...chapter.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(classes.map(([name]) => name).sort());
  });

  test('names the code of every warning', () => {
    const code = sources.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n');
    const codes = [...code.matchAll(/\bwarn\(\s*'(TENAX_[A-Z_]+)'/g)].map(([, name]) => name as string);
    expect(codes.length).toBeGreaterThan(2);
    expect(codes.filter((name) => !chapter.includes(`\`${name}\``))).toEqual([]);
  });
});
