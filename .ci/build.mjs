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

await mergeCore();

for (const file of readdirSync('dist/esm', { recursive: true })) {
  if (!file.endsWith('.js')) continue;
  const bare = namesAsWritten(await withoutComments(readFileSync(join('dist/esm', file), 'utf8')));
  writeFileSync(join('dist/esm', file), bare);
  const { code } = await transform(bare, { format: 'cjs', target: 'es2022', platform: 'node' });
  mkdirSync(dirname(join('dist/cjs', file)), { recursive: true });
  writeFileSync(join('dist/cjs', file), namesAsWritten(code));
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

/**
 * Comments are for the declarations; in the code they would only be read at every start. Those that fill their lines go,
 * which leaves the marks of what a bundler may drop.
 */
async function withoutComments(code) {
  const bare = code.replaceAll(/^[ \t]*(?:\/\*\*[\s\S]*?\*\/|\/\/.*)\n/gm, '');
  const [before, after] = await Promise.all([code, bare].map((each) => transform(each, { minify: true })));
  if (before.code !== after.code) throw new Error('without its comments the code would be another');
  return bare;
}

/**
 * A class that mentions itself comes as `var Bucket = class _Bucket`, or `Bucket2`, and would be called so: in what
 * strategies print, and in what is inspected.
 */
function namesAsWritten(code) {
  const renamed = [...code.matchAll(/^var (\w+) = class (_\1|\1\d+)\b/gm)];
  return renamed.reduce((text, [, name, inner]) => text.replaceAll(new RegExp(`\\b${inner}\\b`, 'g'), name), code);
}

/**
 * Makes one file of the chunks that the core is split into. A program loads one file sooner than six, and a bundler has no
 * imports to warn about that are there for their order alone.
 */
async function mergeCore() {
  const { outputs } = metafile;
  const core = new Set();
  const collect = (output) => {
    for (const { path } of outputs[output].imports) {
      if (outputs[path] === undefined || core.has(path)) continue;
      core.add(path);
      collect(path);
    }
  };
  collect('dist/esm/index.js');
  const names = [...core].flatMap((chunk) => outputs[chunk].exports);
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  if (twice.length > 0) throw new Error(`two chunks of the core export the same name: ${twice.join(', ')}`);

  await build({
    stdin: {
      contents: [...core].map((chunk) => `export * from './${chunk.split('/').at(-1)}';`).join('\n'),
      resolveDir: 'dist/esm/chunks',
    },
    outfile: 'dist/esm/chunks/core.js',
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    external: [...Object.keys(peerDependencies), 'node:*'],
    // The chunks count as free of side effects, and all that they export is kept.
    logLevel: 'error',
  });
  for (const output of Object.keys(outputs)) {
    if (core.has(output)) {
      rmSync(output);
      continue;
    }
    const ours = (path) => core.has(join(dirname(output), path));
    const code = readFileSync(output, 'utf8')
      .replaceAll(/^import "(\..*)";\n/gm, (line, path) => (ours(path) ? '' : line))
      .replaceAll(/^\} from "(\..*)";$/gm, (line, path) =>
        ours(path) ? `} from "${path.replace(/[^/]+$/, 'core.js')}";` : line,
      );
    writeFileSync(output, code);
  }
}
