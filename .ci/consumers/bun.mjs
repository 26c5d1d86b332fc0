// Bun runs the decorated service as it is: it reads experimentalDecorators from tsconfig.json.
import { makeProject, ours } from './project.mjs';

const WANTED = '7 seven 1 4 4 attempt 4';

export default async function bun(tarball) {
  const project = await makeProject(tarball, [...ours('axios', 'reflect-metadata'), 'bun@^1.3']);
  project.copy('.ci/consumers/sources/service.ts', 'service.ts');
  project.write('tsconfig.json', { compilerOptions: { target: 'ES2022', experimentalDecorators: true } });
  project.write('main.ts', "import { main } from './service.ts';\nconsole.log(JSON.stringify(await main()));\n");
  const [line] = JSON.parse(await project.run('node_modules/.bin/bun', ['run', 'main.ts']));
  project.remove();
  if (line !== WANTED) throw new Error(`Bun: got ${line}, not ${WANTED}`);
  return 'the decorated service runs';
}
