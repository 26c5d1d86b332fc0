/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const shared = {
  testEnvironment: 'node',
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
      testPathIgnorePatterns: ['/node_modules/', '\\.legacy\\.spec\\.ts$', '\\.esm\\.spec\\.ts$'],
      transform: compiledWith('<rootDir>/spec/tsconfig.json'),
    },
    {
      ...shared,
      displayName: 'legacy',
      // The decorator specs once more, under experimentalDecorators.
      testMatch: ['<rootDir>/spec/decorators/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.standard\\.spec\\.ts$', '\\.esm\\.spec\\.ts$'],
      transform: compiledWith('<rootDir>/spec/tsconfig.legacy.json'),
    },
    {
      ...shared,
      displayName: 'nest-esm',
      // NestJS 12 is ESM only.
      testMatch: ['<rootDir>/spec/**/*.esm.spec.ts'],
      extensionsToTreatAsEsm: ['.ts'],
      transform: compiledWith('<rootDir>/spec/tsconfig.legacy.json', { useESM: true }),
    },
  ],
  collectCoverageFrom: ['lib/**/*.ts'],
  // Much virtual time is much work, and the machine may have other work: only what hangs should run into this.
  testTimeout: 30_000,
};

export default config;
