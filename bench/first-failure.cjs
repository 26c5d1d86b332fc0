/**
 * jest's runner, in a hurry: a mutant is dead once one spec fails, so the files that follow need not be run, and the file
 * that killed the mutant before this one, most likely its neighbour, goes first. Files in which no test fits the pattern
 * are not even loaded. Jest's own `bail` cannot be had through its programming interface.
 */
const { default: TestRunner } = require('jest-runner');

/** By path: what a file's tests are called and how long it took, as seen when it was first run in this process. */
const known = new Map();
let killer;

module.exports = class FirstFailure extends TestRunner {
  async runTests(tests, watcher, options) {
    let failed = false;
    const noticed = [
      this.on('test-file-success', ([{ path }, result]) => {
        if (!known.has(path) && !result.testExecError) {
          const took = result.perfStats.end - result.perfStats.start;
          known.set(path, { names: result.testResults.map(({ fullName }) => fullName), took });
        }
        if (result.numFailingTests > 0 || result.testExecError) {
          failed = true;
          killer = path;
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
