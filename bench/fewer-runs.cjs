/**
 * fast-check with few runs a property, and content with any counterexample: a mutant that is to be killed is killed by the
 * first few, and there are hundreds.
 */
const fc = require('../node_modules/fast-check/lib/cjs/fast-check.js');

const RUNS = 20;

const few = (check) => (property, options) =>
  check(property, { ...options, numRuns: Math.min(options?.numRuns ?? 100, RUNS), endOnFailure: true });
const fewer = { ...fc, assert: few(fc.assert), check: few(fc.check) };

module.exports = { ...fewer, __esModule: true, default: fewer };
