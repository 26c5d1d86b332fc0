// What users compile with instead of tsc, under experimentalDecorators as the README has it: a decorated, throttled axios
// service is compiled and run.
import { makeProject, ours } from './project.mjs';

const WANTED = '7 seven 1 4 4 attempt 4';
const MAIN = "import { main } from './service.js';\nconsole.log(JSON.stringify(await main()));\n";

const COMPILERS = {
  esbuild: (project) => project.run('node_modules/.bin/esbuild', ['service.ts', '--outfile=service.js']),
  SWC: async (project) => {
    project.write(
      'swc.mjs',
      `import { transformFileSync } from '@swc/core';
       import { writeFileSync } from 'node:fs';
       const jsc = { parser: { syntax: 'typescript', decorators: true }, target: 'es2022',
         transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true } };
       writeFileSync('service.js', transformFileSync('service.ts', { jsc, module: { type: 'es6' } }).code);`,
    );
    return project.node('swc.mjs');
  },
  Babel: async (project) => {
    project.write(
      'babel.mjs',
      `import { transformFileSync } from '@babel/core';
       import { writeFileSync } from 'node:fs';
       const presets = [['@babel/preset-typescript', { allowDeclareFields: true }]];
       for (const version of ['2023-11', 'legacy']) {
         const plugins = [['@babel/plugin-proposal-decorators', { version }]];
         const { code } = transformFileSync('service.ts', { presets, plugins, configFile: false });
         writeFileSync(version === 'legacy' ? 'service.js' : 'standard.js', code);
       }`,
    );
    await project.node('babel.mjs');
    project.write('standard-main.mjs', MAIN.replace('service', 'standard'));
    check('Babel, standard decorators', await project.node('standard-main.mjs'));
  },
};

function check(name, printed) {
  const [line] = JSON.parse(printed);
  if (line !== WANTED) throw new Error(`${name}: got ${line}, not ${WANTED}`);
}

export default async function compilers(tarball) {
  const project = await makeProject(tarball, [
    ...ours('axios', 'esbuild', 'tsx', 'reflect-metadata'),
    '@swc/core@^1',
    '@babel/core@^7',
    '@babel/preset-typescript@^7',
    '@babel/plugin-proposal-decorators@^7',
  ]);
  project.copy('.ci/consumers/sources/service.ts', 'service.ts');
  project.write('tsconfig.json', {
    compilerOptions: { target: 'ES2022', module: 'NodeNext', experimentalDecorators: true },
  });
  project.write('main.mjs', MAIN);
  for (const [name, compile] of Object.entries(COMPILERS)) {
    await compile(project);
    check(name, await project.node('main.mjs'));
  }
  project.write('main.ts', MAIN.replace('service.js', 'service.ts'));
  check('tsx', await project.node('--import', 'tsx', 'main.ts'));
  project.remove();
  return `${Object.keys(COMPILERS).join(', ')} and tsx`;
}
