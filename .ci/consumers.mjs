// Tries the packed package as users do: installed into an empty folder, imported, required, and compiled by TypeScript
// 5.4, 6 and 7 in both decorator modes, as ESM and as CommonJS.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'tenax-consumer-'));
const run = (command, args, cwd = folder) => execFileSync(command, args, { cwd, encoding: 'utf8' });
const write = (path, text) => writeFileSync(join(folder, path), text);

const COMPILERS = { 5.4: '~5.4.0', 6: '^6', 7: '^7' };
const version = (name) => `${name}@${devDependencies[name]}`;

const tarball = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root))[0]
  .filename;
write('package.json', '{ "name": "consumer", "private": true }');
write('.npmrc', 'audit=false\nfund=false\n');
const compilers = Object.entries(COMPILERS).map(([name, range]) => `typescript-${name}@npm:typescript@${range}`);
run('npm', [
  'install',
  '--silent',
  `./${tarball}`,
  version('axios'),
  version('@types/node'),
  version('reflect-metadata'),
  ...compilers,
]);

// The library's own lines are checked too (skipLibCheck is off); what axios and Node declare is theirs.
const MODES = {
  standard: { lib: ['ES2023', 'DOM', 'ESNext.Decorators'] },
  legacy: { lib: ['ES2023', 'DOM'], experimentalDecorators: true, emitDecoratorMetadata: true },
};
const MODULES = { esm: 'module', cjs: 'commonjs' };
let checked = 0;
for (const [mode, options] of Object.entries(MODES)) {
  for (const [format, type] of Object.entries(MODULES)) {
    const name = `${mode}-${format}`;
    mkdirSync(join(folder, name));
    for (const sources of ['.ci/consumers', 'spec/types']) {
      cpSync(join(root, sources), join(folder, name, 'src'), { recursive: true });
    }
    write(`${name}/package.json`, JSON.stringify({ type }));
    const compilerOptions = {
      target: 'ES2022',
      module: 'NodeNext',
      moduleResolution: 'NodeNext',
      strict: true,
      exactOptionalPropertyTypes: true,
      esModuleInterop: true,
      types: ['node'],
      rootDir: 'src',
      outDir: 'out',
      ...options,
    };
    write(`${name}/tsconfig.json`, JSON.stringify({ compilerOptions, include: ['src'] }));
    for (const compiler of Object.keys(COMPILERS)) {
      const tsc = join(folder, 'node_modules', `typescript-${compiler}`, 'bin', 'tsc');
      try {
        run(process.execPath, [tsc, '-p', name]);
      } catch (error) {
        console.error(`TypeScript ${compiler}, ${name}:\n${error.stdout}`);
        process.exitCode = 1;
        continue;
      }
      checked += 1;
      // What each compiler made of it is run.
      const entry = format === 'esm' ? 'index.mjs' : 'index.cjs';
      write(
        `${name}/${entry}`,
        format === 'esm'
          ? "import { main } from './out/service.js';\nconsole.log(JSON.stringify(await main()));\n"
          : "require('./out/service.js').main().then((lines) => console.log(JSON.stringify(lines)));\n",
      );
      const lines = JSON.parse(run(process.execPath, [join(name, entry)]));
      const wanted = '7 seven 1 4 4 attempt 4';
      if (lines[0] !== wanted) throw new Error(`TypeScript ${compiler}, ${name}: got ${lines[0]}, not ${wanted}`);
    }
  }
}

// One process, both builds: what one throws is an instance of the other's class.
write(
  'both.mjs',
  `import { createRequire } from 'node:module';
   import * as esm from './node_modules/tenax/dist/esm/index.js';
   import * as esmHttp from './node_modules/tenax/dist/esm/http/index.js';
   const require = createRequire(import.meta.url);
   const cjs = require('./node_modules/tenax/dist/cjs/index.js');
   const cjsHttp = require('./node_modules/tenax/dist/cjs/http/index.js');
   if (esm.TryAgain === cjs.TryAgain) throw new Error('one copy');
   const checks = [
     new esm.TryAgain() instanceof cjs.TryAgain, new cjs.TryAgain() instanceof esm.TryAgain,
     esm.stop.never instanceof cjs.StopStrategy, cjs.wait.none() instanceof esm.WaitStrategy,
     (await cjs.retry(async () => { throw 1; }, { stop: esm.stop.afterAttempt(1) })().catch((e) => e)) instanceof esm.RetryError,
     !(new esm.TryAgain() instanceof cjs.RetryError),
     typeof esmHttp.HttpError === 'function' && cjsHttp.HttpError !== esmHttp.HttpError,
   ];
   if (checks.includes(false)) throw new Error('instanceof across builds: ' + checks);`,
);
run(process.execPath, ['both.mjs']);
rmSync(folder, { recursive: true });
if (process.exitCode === undefined) console.log(`the packed package holds in ${checked} ways of compiling it`);
