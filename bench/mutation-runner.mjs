/**
 * Runs the specs for Stryker without jest: spec files are loaded once, in a thread (mutation-thread.mjs), and a mutant then
 * costs the milliseconds of the tests that reach it, where jest takes a second to load them again.
 *
 * A mutant is dead when a test fails with it and, asked at once, passes without it. A test that fails here without a mutant
 * (it needs jest's own module registry, say) is left out, and named: that can only make the score worse.
 */
import { Worker } from 'node:worker_threads';
import { PluginKind, commonTokens, declareClassPlugin, tokens } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';

/** Milliseconds without a new test, after which a thread is taken for stuck; the thread itself notices after less. */
const STUCK = 4000;
/** The same for a file that takes its time, or for all the specs without a mutant. */
const SLOW = 60_000;

class InThread {
  static inject = tokens(commonTokens.logger);
  #log;
  #thread;

  constructor(log) {
    this.#log = log;
  }

  /** Anew only for what a quick judgement leaves alive. */
  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun() {
    const { tests, coverage } = await this.#ask('tryAll', undefined, SLOW);
    const results = tests.map(({ id, file, took }) => ({
      id,
      name: id,
      fileName: file,
      timeSpentMs: took,
      status: TestStatus.Success,
    }));
    return { status: DryRunStatus.Complete, tests: results, mutantCoverage: coverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    const mutant = { id: activeMutant.id, hitLimit };
    const files = [...new Set(testFilter.map(fileOf))];
    const spared = [];
    for (;;) {
      const { killed, stuckIn } = await this.#ask('judge', { mutant, files, ids: testFilter, spared });
      const doubtful = killed?.doubtful === true;
      if (stuckIn === undefined && !doubtful) return killed === undefined ? SURVIVED : resultOf(killed);
      // Was it the mutant, the machine, or what a mutant left behind? Without it, and in another thread, the test has to pass.
      if (doubtful) await this.#renew();
      const by = stuckIn ?? killed.by;
      const begun = performance.now();
      const { killed: passes } = await this.#ask('passes', { file: fileOf(by), id: by }, SLOW);
      if (passes === true && (doubtful || performance.now() - begun < STUCK / 2)) return resultOf(killed ?? { by });
      spared.push(by);
    }
  }

  /** Gives a task to the thread. A thread in which no test begins for so long is ended; it says in which it is stuck. */
  async #ask(task, given, patience = STUCK) {
    const thread = (this.#thread ??= new Worker(new URL('mutation-thread.mjs', import.meta.url)));
    let last;
    let timer;
    const reply = await new Promise((resolve, reject) => {
      const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(() => resolve({ stuckIn: last }), patience);
      };
      wait();
      thread.removeAllListeners().on('error', reject);
      thread.on('message', ({ begins, warning, answer, failure }) => {
        wait();
        if (begins !== undefined) last = begins;
        else if (warning !== undefined) this.#log.warn(warning);
        else if (failure !== undefined) reject(new Error(failure));
        else resolve(task === 'tryAll' ? answer : { killed: answer });
      });
      thread.postMessage({ task, given });
    });
    clearTimeout(timer);
    if ('stuckIn' in reply) {
      await this.#renew();
    }
    return reply;
  }

  async #renew() {
    await this.#thread?.terminate();
    this.#thread = undefined;
  }

  dispose() {
    return this.#renew();
  }
}

const SURVIVED = { status: MutantRunStatus.Survived, nrOfTests: 1 };

const fileOf = (id) => id.slice(0, id.indexOf('#'));

const resultOf = ({ by, error }) =>
  error === undefined
    ? { status: MutantRunStatus.Timeout }
    : { status: MutantRunStatus.Killed, killedBy: [by], failureMessage: error, nrOfTests: 1 };

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-thread', InThread)];
