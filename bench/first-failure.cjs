/**
 * jest's runner, in a hurry: a mutant is dead once one spec fails, so the files that follow need not be run, and the file
 * that killed the mutant before this one, most likely its neighbour, goes first. Files in which no test fits the pattern
 * are not even loaded. Jest's own `bail` cannot be had through its programming interface.
 */
const { default: TestRunner } = require('jest-runner');

/** By path: what a file's tests are called and how long it took, as seen when it first passed in this process. */
const known = new Map();
let killer;

module.exports = class FirstFailure extends TestRunner {
  async runTests(tests, watcher, options) {
    let failed = false;
    const noticed = [
      this.on('test-file-success', ([{ path }, result]) => {
        if (result.numFailingTests > 0 || result.testExecError) {
          failed = true;
          killer = path;
        } else if (!known.has(path)) {
          // A file that fails may not have come to name all its tests.
          const took = result.perfStats.end - result.perfStats.start;
          known.set(path, { names: result.testResults.map(({ fullName }) => fullName), took });
        }
      }),
      this.on('test-file-failure', () => {
        failed = true;
      }),
    ];
    const { testNamePattern } = this._globalConfig;
    try {
      for (const test of testNamePattern ? inOrder(tests, new RegExp(testNamePattern, 'i')) : tests) {
        if (failed && testNamePattern) break;
        await super.runTests([test], watcher, { ...options, serial: true });
      }
    } finally {
      for (const forget of noticed) forget();
    }
  }
};

function inOrder(tests, pattern) {
  const first = ({ path }) => (path === killer ? -1 : (known.get(path)?.took ?? 0));
  return tests
    .filter(({ path }) => known.get(path)?.names.some((name) => pattern.test(name)) ?? true)
    .sort((one, other) => first(one) - first(other));
}
