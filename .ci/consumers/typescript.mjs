// TypeScript 5.4, 6 and 7 compile what a user writes, in both decorator modes, as ESM and as CommonJS; what each made of it is run.
import { makeProject, ours } from './project.mjs';

const COMPILERS = { 5.4: '~5.4.0', 6: '^6', 7: '^7' };

// The library's own lines are checked too (skipLibCheck is off); what axios and Node declare is theirs.
const MODES = {
  standard: { lib: ['ES2023', 'DOM', 'ESNext.Decorators'] },
  // As a service on Node: without the DOM's types, those of fetch are Node's.
  legacy: { lib: ['ES2023'], experimentalDecorators: true, emitDecoratorMetadata: true },
};
const MODULES = { esm: 'module', cjs: 'commonjs' };

const ENTRY = {
  esm: "import { main } from './out/service.js';\nconsole.log(JSON.stringify(await main()));\n",
  cjs: "require('./out/service.js').main().then((lines) => console.log(JSON.stringify(lines)));\n",
};
const WANTED = '7 seven 1 4 4 attempt 4';

export default async function typescript(tarball) {
  const compilers = Object.entries(COMPILERS).map(([name, range]) => `typescript-${name}@npm:typescript@${range}`);
  const project = await makeProject(tarball, [...ours('axios', '@types/node', 'reflect-metadata'), ...compilers]);
  let checked = 0;
  for (const [mode, options] of Object.entries(MODES)) {
    for (const [format, type] of Object.entries(MODULES)) {
      const name = `${mode}-${format}`;
      project.copy('.ci/consumers/sources/service.ts', `${name}/src/service.ts`);
      project.copy('spec/types', `${name}/src`);
      project.write(`${name}/package.json`, { type });
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
      project.write(`${name}/tsconfig.json`, { compilerOptions, include: ['src'] });
      const entry = `${name}/index.${format === 'esm' ? 'mjs' : 'cjs'}`;
      project.write(entry, ENTRY[format]);
      for (const compiler of Object.keys(COMPILERS)) {
        await project.node(`node_modules/typescript-${compiler}/bin/tsc`, '-p', name);
        const [line] = JSON.parse(await project.node(entry));
        if (line !== WANTED) throw new Error(`TypeScript ${compiler}, ${name}: got ${line}, not ${WANTED}`);
        checked += 1;
      }
    }
  }
  project.remove();
  return `holds in ${checked} ways of compiling it`;
}
