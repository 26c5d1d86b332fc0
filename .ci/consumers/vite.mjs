// `vite build` of a page that uses tenax, with Vite 7 and 8: no decorator is left, and no built-in of Node comes along.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeProject } from './project.mjs';

async function builds(tarball, version) {
  const project = await makeProject(tarball, [`vite@${version}`]);
  project.copy('.ci/consumers/sources/web.ts', 'web.ts');
  project.write('main.ts', "import { main } from './web.js';\nvoid main().then((found) => console.log(found));\n");
  project.write('index.html', '<script type="module" src="/main.ts"></script>\n');
  project.write('tsconfig.json', { compilerOptions: { target: 'ES2022', experimentalDecorators: true } });
  await project.run('node_modules/.bin/vite', ['build', '--logLevel', 'warn']);
  const assets = join(project.folder, 'dist/assets');
  const code = readdirSync(assets)
    .map((file) => readFileSync(join(assets, file), 'utf8'))
    .join('');
  // A decorator that was not lowered is a syntax error.
  for (const file of readdirSync(assets)) await project.node('--check', join(assets, file));
  if (/__vite-browser-external|(?:from|import|require)\s*\(?["'`]node:/.test(code))
    throw new Error(`Vite ${version} leaves what no page can run`);
  project.remove();
  return `${version} ${Math.round(code.length / 1000)} kB`;
}

export default async function vite(tarball) {
  return `Vite ${await builds(tarball, '^7')}, ${await builds(tarball, '^8')}`;
}
