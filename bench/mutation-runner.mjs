/**
 * Runs the specs for Stryker in the process that Stryker began, without jest: all spec files are loaded once, and a mutant
 * then costs the milliseconds of the tests that reach it, where jest takes a second to load them again.
 *
 * A mutant is dead when a test fails with it and, asked at once, passes without it. A test that fails here without a mutant
 * (it needs jest's own module registry, say) is left out, and named: that can only make the score worse.
 */
import { PluginKind, commonTokens, declareClassPlugin, tokens } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';

/** Milliseconds for a test without a mutant, and with one. */
const PATIENCE = 20_000;
const LIMIT = 4000;

class InProcess {
  static inject = tokens(commonTokens.logger);
  #log;
  #suite;
  /** The tests of each spec file, loaded when the first of them is wanted. */
  #loaded = new Map();
  #killer;

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

  async dryRun() {
    const stryker = globalThis.__stryker__;
    const results = [];
    for (const file of this.#suite.specFiles()) {
      // What it takes to load a file is counted with its first test: who waits for a mutant has to know it.
      let begun = performance.now();
      for (const test of this.#load(file)) {
        const { id } = test;
        stryker.currentTestId = id;
        const error = await this.#suite.run(test, PATIENCE);
        stryker.currentTestId = undefined;
        if (error === undefined) {
          const timeSpentMs = performance.now() - begun;
          results.push({ id, name: id, fileName: file, timeSpentMs, status: TestStatus.Success });
        } else {
          this.#log.warn('left out: %s: %s', id, textOf(error).slice(0, 300));
          delete stryker.mutantCoverage?.perTest[id];
        }
        begun = performance.now();
      }
    }
    return { status: DryRunStatus.Complete, tests: results, mutantCoverage: stryker.mutantCoverage };
  }

  #load(file) {
    let tests = [];
    try {
      tests = this.#suite.load(file);
    } catch (error) {
      this.#log.warn('left out: %s: %s', file, textOf(error).slice(0, 300));
    }
    this.#loaded.set(file, tests);
    return tests;
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    const mutant = { id: activeMutant.id, hitLimit };
    const files = new Set(testFilter.map((id) => id.slice(0, id.indexOf('#'))));
    const ids = new Set(testFilter);
    const killer = this.#killer;
    const result =
      (killer !== undefined && ids.has(killer.id)
        ? await this.#judge(mutant, killer.file, new Set([killer.id]))
        : undefined) ??
      (await this.#judgeAll(mutant, files, ids)) ??
      (await this.#judgeAnew(mutant, files));
    return result ?? { status: MutantRunStatus.Survived, nrOfTests: testFilter.length };
  }

  async #judgeAll(mutant, files, ids) {
    for (const file of files) {
      const result = await this.#judge(mutant, file, ids);
      if (result !== undefined) return result;
    }
    return undefined;
  }

  /** By the tests of a file that reach the mutant, as they are loaded. */
  async #judge(mutant, file, ids) {
    for (const test of this.#loaded.get(file) ?? this.#load(file)) {
      if (!ids.has(test.id)) continue;
      await this.#suite.prepare(test);
      const failed = await this.#fails(mutant, test);
      if (failed === undefined) continue;
      const begun = performance.now();
      const passes = (await this.#suite.run(test, PATIENCE)) === undefined;
      // A test that takes long without the mutant, too, may have been late because of the machine.
      if (passes && (failed.status === MutantRunStatus.Killed || performance.now() - begun < LIMIT / 3)) return failed;
      if (passes) continue;
      // Something of the mutant is left in the file's modules.
      this.#loaded.delete(file);
      return undefined;
    }
    return undefined;
  }

  /** What a module keeps once made may have been made before the mutant: by all tests of the files that reach it, anew. */
  async #judgeAnew(mutant, files) {
    for (const file of files) {
      for (const test of this.#load(file)) {
        const failed = await this.#fails(mutant, test);
        if (failed === undefined) continue;
        if (await this.#passesAnew(test)) return failed;
        break;
      }
      this.#loaded.delete(file);
    }
    return undefined;
  }

  async #passesAnew({ file, id }) {
    for (const test of this.#load(file)) {
      const error = await this.#suite.run(test, PATIENCE);
      if (test.id === id) return error === undefined;
    }
    return false;
  }

  /** What is to be said of a mutant with which a test fails. */
  async #fails({ id, hitLimit }, test) {
    const stryker = globalThis.__stryker__;
    Object.assign(stryker, { activeMutant: id, hitLimit, hitCount: hitLimit === undefined ? undefined : 0 });
    const error = await this.#suite.run(test, LIMIT);
    stryker.activeMutant = undefined;
    if (error === 'late' || stryker.hitCount > hitLimit) return { status: MutantRunStatus.Timeout };
    if (error === undefined) return undefined;
    this.#killer = test;
    return { status: MutantRunStatus.Killed, killedBy: [test.id], failureMessage: textOf(error), nrOfTests: 1 };
  }
}

const textOf = (error) => String(error?.message ?? error);

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcess)];
