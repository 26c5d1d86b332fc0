/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const LONG = process.env.TENAX_LONG !== undefined;

/** What needs servers, processes, real time or minutes is named `*.long.spec.ts`: `npm run test:long` runs it as well. */
const LATER = LONG ? [] : ['\\.long\\.spec\\.ts$'];

const shared = {
  testEnvironment: 'node',
  setupFilesAfterEnv: ['<rootDir>/spec/setup.ts'],
  // The mutation tester's copies of this package.
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp/'],
  resolver: '<rootDir>/spec/resolver.cjs',
  // What users import by name is the source itself.
  moduleNameMapper: {
    '^tenax$': '<rootDir>/lib/index.ts',
    '^tenax/(.*)$': '<rootDir>/lib/$1/index.ts',
    // An older axios, to run the specs on.
    ...(process.env.TENAX_AXIOS === undefined ? {} : { '^axios$': process.env.TENAX_AXIOS }),
  },
};

/** ts-jest transpiles file by file (types are checked by `npm run types`), to CommonJS. */
const compiledWith = (tsconfig: string, extra: object = {}) => ({
  '^.+\\.(?:[cm]?ts)$': ['ts-jest', { tsconfig, diagnostics: false, ...extra }] as [string, object],
});

/** The decorator specs once more, under experimentalDecorators. */
const legacy = {
  ...shared,
  displayName: 'legacy',
  testMatch: ['<rootDir>/spec/decorators/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '\\.standard\\.spec\\.ts$', ...LATER],
  transform: compiledWith('<rootDir>/spec/tsconfig.legacy.json'),
};

/** NestJS 12 is ESM only. This transforms all of lib again, so it belongs to the long tier. */
const nestEsm = {
  ...shared,
  displayName: 'nest-esm',
  testMatch: ['<rootDir>/spec/**/*.esm.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: compiledWith('<rootDir>/spec/tsconfig.legacy.json', { useESM: true }),
};

const config: Config = {
  projects: [
    {
      ...shared,
      displayName: 'standard',
      testMatch: ['<rootDir>/spec/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.legacy\\.spec\\.ts$', '\\.esm\\.spec\\.ts$', ...LATER],
      transform: compiledWith('<rootDir>/spec/tsconfig.json'),
    },
    LONG ? nestEsm : legacy,
  ],
  collectCoverageFrom: ['lib/**/*.ts'],
  // Much virtual time is much work, and the machine may have other work: only a test that hangs should take so long.
  testTimeout: LONG ? 300_000 : 60_000,
  // By default jest leaves one core to itself, which is one of two.
  maxWorkers: '100%',
  // Each spec file leaves jest-circus's AsyncLocalStorage enabled in its worker (30.5). On Node 20 every promise asks all of
  // them, so that after 50 files a promise takes ten times as long. A new worker starts without them. But it loads the compiler
  // anew, so it should not start too often either.
  workerIdleMemoryLimit: '400MB',
};

export default config;
