/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

/** What needs servers, processes, real time or minutes is named `*.long.spec.ts`: `npm run test:long` runs it as well. */
const LATER = process.env.TENAX_LONG === undefined ? ['\\.long\\.spec\\.ts$'] : [];

const shared = {
  testEnvironment: 'node',
  setupFilesAfterEnv: ['<rootDir>/spec/setup.ts'],
  // The mutation tester's copies of this package.
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp/'],
  // Sources are ESM with .js endings; what users import by name is the source itself.
  moduleNameMapper: {
    '^tenax$': '<rootDir>/lib/index.ts',
    '^tenax/(.*)$': '<rootDir>/lib/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // An older axios, to run the specs on.
    ...(process.env.TENAX_AXIOS === undefined ? {} : { '^axios$': process.env.TENAX_AXIOS }),
  },
};

/** ts-jest transpiles file by file (types are checked by `npm run types`), to CommonJS. */
const compiledWith = (tsconfig: string, extra: object = {}) => ({
  '^.+\\.(?:[cm]?ts)$': ['ts-jest', { tsconfig, diagnostics: false, ...extra }] as [string, object],
});

const config: Config = {
  projects: [
    {
      ...shared,
      displayName: 'standard',
      testMatch: ['<rootDir>/spec/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.legacy\\.spec\\.ts$', '\\.esm\\.spec\\.ts$', ...LATER],
      transform: compiledWith('<rootDir>/spec/tsconfig.json'),
    },
    {
      ...shared,
      displayName: 'legacy',
      // The decorator specs once more, under experimentalDecorators.
      testMatch: ['<rootDir>/spec/decorators/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.standard\\.spec\\.ts$', '\\.esm\\.spec\\.ts$', ...LATER],
      transform: compiledWith('<rootDir>/spec/tsconfig.legacy.json'),
    },
    {
      ...shared,
      displayName: 'nest-esm',
      // NestJS 12 is ESM only.
      testMatch: ['<rootDir>/spec/**/*.esm.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', ...LATER],
      extensionsToTreatAsEsm: ['.ts'],
      transform: compiledWith('<rootDir>/spec/tsconfig.legacy.json', { useESM: true }),
    },
  ],
  collectCoverageFrom: ['lib/**/*.ts'],
  // Much virtual time is much work, and the machine may have other work: only a test that hangs should take so long.
  testTimeout: process.env.TENAX_LONG === undefined ? 60_000 : 300_000,
  // By default jest leaves one core to itself, which is one of two.
  maxWorkers: '100%',
};

export default config;
