/**
 * The suite as the mutation tester runs it: without what needs servers, processes or a built package. A folder of lib/ is
 * judged by its own specs alone (`MUTATED` names their folders): quicker by far, and what a folder promises should be held
 * to by the specs that stand for it.
 */
const folders = process.env.MUTATED ?? '[a-z]+';

export default {
  rootDir: '..',
  roots: ['<rootDir>/lib', '<rootDir>/spec', '<rootDir>/bench'],
  runner: '<rootDir>/bench/first-failure.cjs',
  testEnvironment: 'node',
  testRegex: [`/spec/(${folders})/.*\\.spec\\.ts$`],
  testPathIgnorePatterns: [
    '/node_modules/',
    '\\.legacy\\.spec\\.ts$',
    '\\.esm\\.spec\\.ts$',
    '\\.long\\.spec\\.ts$',
    '/spec/(integration|examples|docs|types|package)/',
  ],
  moduleNameMapper: {
    '^fast-check$': '<rootDir>/bench/fewer-runs.cjs',
    '^tenax$': '<rootDir>/lib/index.ts',
    '^tenax/(.*)$': '<rootDir>/lib/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: { '^.+\\.(?:[cm]?ts)$': ['ts-jest', { tsconfig: '<rootDir>/spec/tsconfig.json', diagnostics: false }] },
};
