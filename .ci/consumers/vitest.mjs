// Vitest in a user's project; esbuild compiles the decorators.
import { makeProject, ours, passed } from './project.mjs';

export default async function vitest(tarball) {
  const project = await makeProject(tarball, ['vitest@^3', 'vite@^7', ...ours('axios', 'axios-mock-adapter')]);
  project.write(
    'vitest.config.mjs',
    "export default { test: { globals: true }, esbuild: { target: 'es2022' }, cacheDir: '.vite' };\n",
  );
  project.copy('.ci/consumers/sources/items.test.ts', 'items.test.ts');
  const output = await project.run('node_modules/.bin/vitest', ['run'], { NO_COLOR: '1' });
  project.remove();
  return passed(output, /^ *Tests +(\d+) passed \(\1\)$/m);
}
