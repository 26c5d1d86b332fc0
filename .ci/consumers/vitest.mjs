// Vitest in a user's project, each major on its Vite. Vite 8 lowers only experimentalDecorators, hence the tsconfig.
import { makeProject, ours, passed } from './project.mjs';

const VERSIONS = [
  ['vitest@^3', 'vite@^7'],
  ['vitest@^4', 'vite@^7'],
  ['vitest@^4', 'vite@^8'],
];

async function runs(tarball, packages) {
  const project = await makeProject(tarball, [...packages, ...ours('axios', 'axios-mock-adapter')]);
  project.write('vitest.config.mjs', "export default { test: { globals: true }, cacheDir: '.vite' };\n");
  project.write('tsconfig.json', { compilerOptions: { target: 'ES2022', experimentalDecorators: true } });
  project.copy('.ci/consumers/sources/items.test.ts', 'items.test.ts');
  const output = await project.run('node_modules/.bin/vitest', ['run'], { NO_COLOR: '1' });
  project.remove();
  return `${packages.join(' on ')}: ${passed(output, /^ *Tests +(\d+) passed \(\1\)$/m)}`;
}

export default async function vitest(tarball) {
  const said = [];
  for (const packages of VERSIONS) said.push(await runs(tarball, packages));
  return said.join('; ');
}
