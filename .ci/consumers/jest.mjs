// Jest in a user's project, in CommonJS mode and in ESM mode; the tests are in plain JavaScript and in TypeScript.
import { makeProject, ours, passed } from './project.mjs';

const PACKAGES = ours('jest', 'ts-jest', 'typescript', 'axios', 'axios-mock-adapter');
const JEST = 'node_modules/jest/bin/jest.js';

const config = (module, useESM) => ({
  transform: {
    '^.+\\.ts$': [
      'ts-jest',
      {
        useESM,
        diagnostics: false,
        // In CommonJS as the README has it, in ESM with standard decorators.
        tsconfig: {
          module,
          target: 'ES2022',
          isolatedModules: true,
          esModuleInterop: true,
          experimentalDecorators: !useESM,
        },
      },
    ],
  },
  ...(useESM && { extensionsToTreatAsEsm: ['.ts'] }),
  testMatch: ['**/*.test.(m)?[jt]s'],
});

const said = (output) => passed(output, /^Tests: +(\d+) passed, \1 total$/m);

export async function jestCommonJs(tarball) {
  const project = await makeProject(tarball, PACKAGES, { type: 'commonjs' });
  project.write('jest.config.json', config('commonjs', false));
  project.copy('.ci/consumers/sources/items.test.ts', 'items.test.ts');
  project.copy('.ci/consumers/sources/plain.test.js', 'plain.test.js');
  const output = await project.node(JEST);
  project.remove();
  return said(output);
}

export async function jestEsm(tarball) {
  const project = await makeProject(tarball, PACKAGES);
  project.write('jest.config.json', config('esnext', true));
  project.copy('.ci/consumers/sources/items.test.ts', 'items.test.ts');
  project.copy('.ci/consumers/sources/both.test.mjs', 'both.test.mjs');
  const output = await project.node('--experimental-vm-modules', JEST);
  project.remove();
  return said(output);
}
