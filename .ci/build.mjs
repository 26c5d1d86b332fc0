// Builds the package twice with tsc: dist/esm for import, dist/cjs for require, each with its declarations.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const run = (...args) =>
  execFileSync(process.execPath, [tsc, '-p', '.', '--noEmit', 'false', '--stripInternal', ...args], {
    stdio: 'inherit',
  });

rmSync('dist', { recursive: true, force: true });
run('--outDir', 'dist/esm');
run('--outDir', 'dist/cjs', '--module', 'commonjs', '--moduleResolution', 'bundler', '--verbatimModuleSyntax', 'false');
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
