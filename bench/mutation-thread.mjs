/**
 * Judges mutants, in a thread of its own: a mutant that never lets go of its thread is ended with it. Spec files are loaded
 * when one of their tests is wanted; `mutation-runner.mjs` asks, and is told of each test that begins.
 */
import { setTimeout as later } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { finish, load, prepare, run, specFiles } from './mutation-suite.mjs';

/** Milliseconds for a test without a mutant, and with one. */
const PATIENCE = 20_000;
const LIMIT = 2500;

const stryker = (globalThis.__stryker__ ??= {});
const loaded = new Map();
let killer;

const textOf = (error) => String(error?.message ?? error);

async function drop(file) {
  const tests = loaded.get(file);
  loaded.delete(file);
  if (tests !== undefined) await Promise.race([finish(tests), later(LIMIT)]);
}

async function loadAnew(file) {
  await drop(file);
  let tests = [];
  try {
    tests = load(file);
  } catch (error) {
    parentPort.postMessage({ warning: `left out: ${file}: ${textOf(error).slice(0, 300)}` });
  }
  loaded.set(file, tests);
  return tests;
}

/** All tests without a mutant: which pass, how long they take, and which mutants they reach. */
async function tryAll() {
  const tests = [];
  for (const file of specFiles()) {
    // What it takes to load a file is counted with its first test: who waits for a mutant has to know it.
    let begun = performance.now();
    for (const test of await loadAnew(file)) {
      const { id } = test;
      parentPort.postMessage({ begins: id });
      stryker.currentTestId = id;
      const error = await run(test, PATIENCE);
      stryker.currentTestId = undefined;
      if (error === undefined) tests.push({ id, file, took: performance.now() - begun });
      else {
        parentPort.postMessage({ warning: `left out: ${id}: ${textOf(error).slice(0, 300)}` });
        delete stryker.mutantCoverage?.perTest[id];
      }
      begun = performance.now();
    }
  }
  return { tests, coverage: stryker.mutantCoverage };
}

/** What kills a mutant, doubtful if the test does not pass without it either; undefined if it survives. `spared`: not asked. */
async function judge({ mutant, files, ids, spared }) {
  const wanted = new Set(ids.filter((id) => !spared.includes(id)));
  if (killer !== undefined && wanted.has(killer.id)) {
    const killed = await judgeBy(mutant, killer.file, new Set([killer.id]));
    if (killed !== undefined) return killed;
  }
  // What a module keeps once made may have been made before the mutant: these files no longer run it.
  const keeping = new Set();
  for (const file of files) {
    const killed = await judgeBy(mutant, file, wanted, keeping);
    if (killed !== undefined) return killed;
  }
  for (const file of keeping) {
    const killed = await judgeAnew(mutant, file, spared);
    if (killed !== undefined) return killed;
  }
  return undefined;
}

/** By the tests of a file that reach the mutant, as they are loaded. Notes a file in which it is no longer run. */
async function judgeBy(mutant, file, ids, keeping) {
  for (const test of loaded.get(file) ?? (await loadAnew(file))) {
    if (!ids.has(test.id)) continue;
    await prepare(test);
    const failed = await fails(mutant, test);
    if (failed === undefined) {
      if (stryker.hitCount === 0) keeping?.add(file);
      continue;
    }
    const begun = performance.now();
    const passes = (await run(test, PATIENCE)) === undefined;
    // A test that takes long without the mutant, too, may have been late because of the machine.
    if (passes && (failed.error !== undefined || performance.now() - begun < LIMIT / 3)) return failed;
    // Something of the mutant may be left, in the modules of the file or of Node: another thread has to tell.
    if (!passes) return { ...failed, doubtful: true };
  }
  return undefined;
}

/** By all tests of a file, loaded anew. */
async function judgeAnew(mutant, file, spared) {
  for (const test of await loadAnew(file)) {
    if (spared.includes(test.id)) continue;
    const failed = await fails(mutant, test);
    if (failed === undefined) continue;
    return (await passes(test)) ? failed : { ...failed, doubtful: true };
  }
  await drop(file);
  return undefined;
}

/** Whether a test passes without a mutant, after those before it in its file. */
async function passes({ file, id }) {
  for (const test of await loadAnew(file)) {
    parentPort.postMessage({ begins: test.id });
    const error = await run(test, PATIENCE);
    if (test.id === id) return error === undefined;
  }
  return false;
}

/** How a test fails with a mutant: with an error, or late. */
async function fails({ id, hitLimit = Infinity }, test) {
  parentPort.postMessage({ begins: test.id });
  Object.assign(stryker, { activeMutant: id, hitLimit, hitCount: 0 });
  const error = await run(test, LIMIT);
  stryker.activeMutant = undefined;
  if (error === 'late' || stryker.hitCount > hitLimit) return { by: test.id };
  if (error === undefined) return undefined;
  killer = test;
  return { by: test.id, error: textOf(error) };
}

const TASKS = { tryAll, judge, passes };

parentPort.on('message', ({ task, given }) => {
  TASKS[task](given).then(
    (answer) => parentPort.postMessage({ answer }),
    (error) => parentPort.postMessage({ failure: String(error?.stack ?? error) }),
  );
});
