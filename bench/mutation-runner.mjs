/**
 * Runs the specs for Stryker in the process that Stryker began, without jest: all spec files are loaded once, and a mutant
 * then costs the milliseconds of the tests that reach it, where jest takes a second to load them again.
 *
 * A mutant is dead when a test fails with it and, asked at once, passes without it. A test that fails here without a mutant
 * (it needs jest's own module registry, say) is left out, and named: that can only make the score worse.
 */
import { PluginKind, commonTokens, declareClassPlugin, tokens } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';

/** Milliseconds for a test without a mutant. */
const PATIENCE = 20_000;

class InProcess {
  static inject = tokens(commonTokens.logger);
  #log;
  #tests = new Map();
  #leftOut = new Set();
  #killer;
  #suite;

  constructor(log) {
    this.#log = log;
  }

  async init() {
    globalThis.__stryker__ ??= {};
    this.#suite = await import('./mutation-suite.mjs');
  }

  /** Anew only for what a quick judgement leaves alive: see {@link #judgeAnew}. */
  capabilities() {
    return { reloadEnvironment: true };
  }

  #load() {
    const { tests, broken } = this.#suite.load();
    for (const each of broken) this.#log.warn('left out: %s', each);
    const kept = tests.filter(({ id }) => !this.#leftOut.has(id));
    for (const test of kept) test.took = this.#tests.get(test.id)?.took ?? 0;
    this.#tests = new Map(kept.map((test) => [test.id, test]));
  }

  async dryRun() {
    this.#load();
    const results = [];
    for (const test of this.#tests.values()) {
      globalThis.__stryker__.currentTestId = test.id;
      const begun = performance.now();
      const error = await this.#suite.run(test, PATIENCE);
      test.took = performance.now() - begun;
      globalThis.__stryker__.currentTestId = undefined;
      const { id } = test;
      if (error === undefined) {
        results.push({ id, name: id, fileName: test.file, timeSpentMs: test.took, status: TestStatus.Success });
      } else {
        this.#log.warn('left out: %s: %s', id, String(error?.message ?? error).slice(0, 300));
        delete globalThis.__stryker__.mutantCoverage?.perTest[id];
        this.#tests.delete(id);
        this.#leftOut.add(id);
      }
    }
    return { status: DryRunStatus.Complete, tests: results, mutantCoverage: globalThis.__stryker__.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    if (this.#tests.size === 0) this.#load();
    const mutant = { id: activeMutant.id, hitLimit };
    const tests = (testFilter ?? [...this.#tests.keys()]).flatMap((id) => this.#tests.get(id) ?? []);
    const result = (await this.#judge(mutant, tests)) ?? (await this.#judgeAnew(mutant, tests));
    return result ?? { status: MutantRunStatus.Survived, nrOfTests: tests.length };
  }

  /** By the tests that reach it, as they are loaded: the one that killed the last mutant first, then the quick ones. */
  async #judge(mutant, tests) {
    const first = (test) => (test.id === this.#killer ? -1 : test.took);
    for (const test of tests.sort((one, other) => first(one) - first(other))) {
      const failed = await this.#fails(mutant, test);
      if (failed === undefined) continue;
      if ((await this.#suite.run(test, PATIENCE)) === undefined) return failed;
      // Something of the mutant is left in this process, and it is not known since when.
      this.#load();
      return undefined;
    }
    return undefined;
  }

  /** What a module keeps once made may have been made before the mutant: by all tests of the files that reach it, anew. */
  async #judgeAnew(mutant, reaching) {
    for (const file of new Set(reaching.map((test) => test.file))) {
      for (const test of this.#suite.load([file]).tests) {
        if (!this.#tests.has(test.id)) continue;
        test.took = this.#tests.get(test.id).took;
        const failed = await this.#fails(mutant, test);
        if (failed === undefined) continue;
        if (await this.#passesAnew(test)) return failed;
        break;
      }
    }
    return undefined;
  }

  async #passesAnew({ file, id }) {
    for (const test of this.#suite.load([file]).tests) {
      const error = await this.#suite.run(test, PATIENCE);
      if (test.id === id) return error === undefined;
    }
    return false;
  }

  /** What is to be said of a mutant with which a test fails. */
  async #fails({ id, hitLimit }, test) {
    const stryker = globalThis.__stryker__;
    Object.assign(stryker, { activeMutant: id, hitLimit, hitCount: hitLimit === undefined ? undefined : 0 });
    const error = await this.#suite.run(test, 2000 + 10 * test.took);
    stryker.activeMutant = undefined;
    if (error === 'late' || stryker.hitCount > hitLimit) return { status: MutantRunStatus.Timeout };
    if (error === undefined) return undefined;
    this.#killer = test.id;
    return {
      status: MutantRunStatus.Killed,
      killedBy: [test.id],
      failureMessage: String(error?.message ?? error),
      nrOfTests: 1,
    };
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcess)];
