// Builds the package. Declarations come from tsc, a file per module; code comes from esbuild, a file per entry point and
// what several entry points share in chunks, so that a program loads few files and one copy of every class. The CommonJS
// build is the ESM build, translated file by file: both have the same structure.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build, transform } from 'esbuild';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const declarations = (...args) =>
  execFileSync(
    process.execPath,
    [tsc, '-p', '.', '--noEmit', 'false', '--emitDeclarationOnly', '--stripInternal', ...args],
    { stdio: 'inherit' },
  );

const { exports: subpaths, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.keys(subpaths)
  .filter((path) => subpaths[path].import !== undefined)
  .map((path) => subpaths[path].import.replace('./dist/esm/', '').replace(/\.js$/, ''));

rmSync('dist', { recursive: true, force: true });
declarations('--outDir', 'dist/esm');
declarations(
  ...['--outDir', 'dist/cjs', '--module', 'commonjs', '--moduleResolution', 'bundler'],
  ...['--verbatimModuleSyntax', 'false'],
);

const { metafile } = await build({
  entryPoints: Object.fromEntries(entries.map((entry) => [entry, `lib/${entry}.ts`])),
  outdir: 'dist/esm',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  conditions: ['import'],
  external: [...Object.keys(peerDependencies), 'node:*'],
  chunkNames: 'chunks/[hash]',
  logLevel: 'warning',
  metafile: true,
});

for (const file of readdirSync('dist/esm', { recursive: true })) {
  if (!file.endsWith('.js')) continue;
  const { code } = await transform(readFileSync(join('dist/esm', file), 'utf8'), {
    format: 'cjs',
    target: 'es2022',
    platform: 'node',
  });
  mkdirSync(dirname(join('dist/cjs', file)), { recursive: true });
  writeFileSync(join('dist/cjs', file), code);
}
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');

// What is bundled of others keeps its licence.
const bundled = new Set(
  Object.keys(metafile.inputs).flatMap((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
);
const notices = [...bundled].sort().map((name) => {
  const { version, homepage } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'));
  const licence = readdirSync(`node_modules/${name}`).find((file) => /^licen[cs]e/i.test(file));
  return `${name} ${version} (${homepage})\n\n${readFileSync(`node_modules/${name}/${licence}`, 'utf8')}`;
});
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', notices.join(`\n${'-'.repeat(80)}\n\n`));
