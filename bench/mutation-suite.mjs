/**
 * Loads the specs into this process and runs one test of them, with the parts of jest that they use. Each spec file gets a
 * copy of lib/ of its own, as with jest. It is imported in Stryker's copy of the package,
 * once that is the working directory.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { ModernFakeTimers } from '@jest/fake-timers';
import { expect } from 'expect';
import { bind } from 'jest-each';
import { ModuleMocker } from 'jest-mock';
import ts from 'typescript';

const root = process.cwd();
const require = createRequire(`${root}/package.json`);
const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate } = globalThis;
const real = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate, Date };
const [later, never, soon] = [setTimeout, clearTimeout, setImmediate];

/** Folders whose specs are no judges: they need servers, processes, or the built package. */
const ELSEWHERE = ['integration', 'examples', 'docs', 'types', 'package'];
const folders = process.env.MUTATED?.split('|') ?? readdirSync('spec').filter((name) => !ELSEWHERE.includes(name));

/** All spec files that judge. */
export function specFiles() {
  return folders
    .flatMap((folder) =>
      readdirSync(`spec/${folder}`, { recursive: true }).map((file) => `${root}/spec/${folder}/${file}`),
    )
    .filter((file) => file.endsWith('.spec.ts') && !/\.(legacy|esm|long)\.spec\.ts$/.test(file))
    .sort();
}

// --- TypeScript, as CommonJS, with a cache on the disk ---

const { config } = ts.readConfigFile('spec/tsconfig.json', ts.sys.readFile);
const { options: compilerOptions } = ts.parseJsonConfigFileContent(config, ts.sys, `${root}/spec`);
const cache = `${os.tmpdir()}/tenax-mutation-cache`;
mkdirSync(cache, { recursive: true });

function compiled(file) {
  const source = readFileSync(file, 'utf8');
  const kept = `${cache}/${createHash('sha1').update(file).update(source).digest('hex')}.js`;
  if (!existsSync(kept)) {
    const { outputText } = ts.transpileModule(source, {
      fileName: file,
      compilerOptions: {
        ...compilerOptions,
        module: ts.ModuleKind.CommonJS,
        moduleResolution: undefined,
        sourceMap: false,
      },
    });
    writeFileSync(kept, outputText);
  }
  return readFileSync(kept, 'utf8');
}

Module._extensions['.ts'] = (module, file) => {
  // Only what comes first makes a script strict.
  const own = file.startsWith(`${root}/spec/`) ? '"use strict";var jest=globalThis.jestOf(require);' : '';
  module._compile(own + compiled(file), file);
};

const { _resolveFilename } = Module;
Module._resolveFilename = function resolve(name, parent, ...rest) {
  const from = parent?.filename ?? '';
  if (from.startsWith(root) && !from.includes('node_modules')) {
    if (name === 'fast-check' && !from.endsWith('fewer-runs.cjs')) return `${root}/bench/fewer-runs.cjs`;
    if (name === 'tenax') return `${root}/lib/index.ts`;
    if (name.startsWith('tenax/')) return `${root}/lib/${name.slice('tenax/'.length)}/index.ts`;
    if (name.startsWith('.')) {
      const base = path.resolve(path.dirname(from), name);
      for (const file of [base, base.replace(/\.js$/, '.ts'), `${base}.ts`, `${base}/index.ts`]) {
        if (file.endsWith('.ts') && existsSync(file)) return file;
      }
    }
  }
  return _resolveFilename.call(this, name, parent, ...rest);
};

/** OpenTelemetry keeps what it was told in its own modules, too. */
const isOurs = (file) =>
  (file.startsWith(root) && file.endsWith('.ts')) || file.includes('/node_modules/@opentelemetry/');

function forget() {
  const forgotten = {};
  for (const file of Object.keys(Module._cache)) {
    if (!isOurs(file)) continue;
    forgotten[file] = Module._cache[file];
    delete Module._cache[file];
  }
  return forgotten;
}

/** What packages keep on the global object under a symbol, for all their copies in a process: here each file has its own. */
const keptOf = new Map();
const NOT_THEIRS = new Set(Object.getOwnPropertySymbols(globalThis));
let current;

function enter(file, anew = false) {
  if (file === current && !anew) return;
  keptOf.set(current, taken());
  current = file;
  if (anew) keptOf.delete(file);
  for (const [key, value] of keptOf.get(file) ?? []) globalThis[key] = value;
}

const taken = () =>
  Object.getOwnPropertySymbols(globalThis)
    .filter((key) => !NOT_THEIRS.has(key) && Object.getOwnPropertyDescriptor(globalThis, key).configurable)
    .map((key) => {
      const value = globalThis[key];
      delete globalThis[key];
      return [key, value];
    });

// --- What jest gives to a spec ---

const mocker = new ModuleMocker(globalThis);
const timers = new ModernFakeTimers({
  global: globalThis,
  config: { rootDir: root, fakeTimers: {}, projectConfig: {} },
});

globalThis.jestOf = (requireThere) => {
  const jest = {
    fn: (...args) => mocker.fn(...args),
    spyOn: (...args) => mocker.spyOn(...args),
    restoreAllMocks: () => (mocker.restoreAllMocks(), jest),
    clearAllMocks: () => (mocker.clearAllMocks(), jest),
    requireActual: requireThere,
    useFakeTimers: (options) => (timers.useFakeTimers(options), jest),
    useRealTimers: () => (timers.useRealTimers(), jest),
    getTimerCount: () => timers.getTimerCount(),
    advanceTimersByTime: (ms) => timers.advanceTimersByTime(ms),
    advanceTimersByTimeAsync: (ms) => timers.advanceTimersByTimeAsync(ms),
    runAllTimers: () => timers.runAllTimers(),
    isolateModules: (load) => {
      const before = forget();
      try {
        load();
      } finally {
        forget();
        Object.assign(Module._cache, before);
      }
    },
  };
  return jest;
};
globalThis.expect = expect;

const ignore = () => {};
ignore.each = () => ignore;

let block;
const add = (kind) => (fn) => void block[kind].push(fn);
globalThis.beforeAll = add('beforeAll');
globalThis.beforeEach = add('beforeEach');
globalThis.afterAll = add('afterAll');
globalThis.afterEach = add('afterEach');

function within(name, parent, load) {
  const outer = block;
  block = { name, parent, beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] };
  try {
    load();
  } finally {
    block = outer;
  }
}

const nameOf = (name) => (typeof name === 'function' ? name.name : String(name));

function register(loaded, file) {
  const describe = (name, load) => within(nameOf(name), block, load);
  const test = (name, fn) => {
    const names = [nameOf(name)];
    for (let at = block; at !== undefined; at = at.parent) if (at.name !== '') names.unshift(at.name);
    const id = `${file}#${loaded.length} ${names.join(' ')}`;
    loaded.push({ id, file, fn, block });
  };
  for (const made of [describe, test]) {
    made.skip = ignore;
    made.each = bind(made, made === test);
  }
  Object.assign(globalThis, { describe, test, it: test });
}

/** The tests of a spec file, with its own copy of lib/. @throws what the file throws. */
export function load(file) {
  const tests = [];
  forget();
  enter(file, true);
  register(tests, file);
  within('', undefined, () => require(file));
  return tests;
}

// --- Running ---

/** What nobody caught while a test ran. */
let uncaught = ignore;
for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (error) => uncaught(error));
process.env.NODE_ENV = 'test';
process.env.FORCE_COLOR = '0';

const chainOf = (test) => {
  const blocks = [];
  for (let at = test.block; at !== undefined; at = at.parent) blocks.unshift(at);
  return blocks;
};

/** Runs each `beforeAll` around a test that has not run yet. */
export async function prepare(test) {
  enter(test.file);
  for (const each of chainOf(test)) {
    for (let hook = each.beforeAll.shift(); hook !== undefined; hook = each.beforeAll.shift()) await call(hook);
  }
}

/** Runs each `afterAll` of a file that is not needed any more: what it subscribed to would be told twice. */
export async function finish(tests) {
  if (tests.length > 0) enter(tests[0].file);
  const blocks = new Set(tests.flatMap(chainOf));
  for (const each of [...blocks].reverse()) {
    for (const hook of each.afterAll) {
      try {
        await call(hook);
      } catch {
        // Its tests have been judged.
      }
    }
  }
}

async function attempt(test) {
  await prepare(test);
  const blocks = chainOf(test);
  try {
    for (const hook of blocks.flatMap(({ beforeEach }) => beforeEach)) await call(hook);
    await call(test.fn);
    const [missing] = expect.extractExpectedAssertionsErrors();
    if (missing) throw missing.error;
  } finally {
    for (const hook of blocks.toReversed().flatMap(({ afterEach }) => afterEach)) await call(hook);
  }
}

const call = (fn) =>
  fn.length > 0
    ? new Promise((resolve, reject) => void fn((error) => (error === undefined ? resolve() : reject(error))))
    : fn();

/** Answers the error of a test, `'late'` if it did not end in time, or `undefined`. */
export async function run(test, timeout) {
  enter(test.file);
  expect.setState({
    assertionCalls: 0,
    expectedAssertionsNumber: null,
    isExpectingAssertions: false,
    suppressedErrors: [],
  });
  let timer;
  const ended = new Promise((resolve) => {
    timer = later(() => resolve('late'), timeout);
    uncaught = (error) => resolve(error ?? new Error('rejected'));
    attempt(test).then(
      () => soon(() => soon(() => resolve(undefined))),
      (error) => resolve(error ?? new Error('rejected')),
    );
  });
  try {
    return await ended;
  } finally {
    never(timer);
    uncaught = ignore;
    timers.useRealTimers();
    // A spy that a test left behind may have been put on a fake timer, which it restores.
    mocker.restoreAllMocks();
    Object.assign(globalThis, real);
  }
}
