/**
 * What is proved, and how. A step answers whether it holds, and the lines that say it; `folders` of the mutation are kept
 * one by one, so that each can be measured anew by itself.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { mutation, WANTED } from '../mutation.mjs';
import { root } from './root.mjs';

const run = (command, args, env = {}) =>
  spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } })
    .status === 0;

const JEST = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

/** A script of package.json, which fails by its exit code and prints its own figures. */
function script(...args) {
  const { status, stdout } = spawnSync('npm', ['run', '--silent', ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1e8,
  });
  process.stdout.write(stdout);
  return { ok: status === 0, lines: stdout.trim().split('\n') };
}

function coverage() {
  const passed = run(process.execPath, [
    ...JEST,
    // The same sources compiled in another way have other statements: the two cannot be added up.
    '--selectProjects=standard',
    '--coverage',
    '--coverageReporters=json-summary',
    '--coverageReporters=text',
  ]);
  const { total } = JSON.parse(readFileSync(`${root}/coverage/coverage-summary.json`, 'utf8'));
  const said = ['lines', 'branches', 'functions'].map((what) => `${what} ${total[what].pct} %`).join(', ');
  return { ok: passed && total.lines.pct === 100 && total.branches.pct === 100, lines: [said] };
}

/** The suite on other versions of Node than the one in use. */
function nodes({ versions }) {
  run('npm', ['ci', '--prefix', 'tools/nodes', '--no-fund', '--no-audit']);
  // The playground's spec wants it built.
  run('npm', ['run', 'build']);
  run(process.execPath, ['.ci/playground.mjs', '--build']);
  const results = versions.map((version) => {
    const node = `${root}/tools/nodes/node_modules/node${version}/bin/node`;
    const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
    const env = { PATH: `${dirname(node)}:${process.env.PATH}`, TENAX_REQUIRE_SERVERS: '1' };
    // All that `npm test` runs, the long tier with its servers, and the decorators in their other form.
    const ok = run(node, JEST, { ...env, TENAX_LONG: '1' }) && run(node, [...JEST, '--selectProjects=legacy'], env);
    return { ok, line: `Node ${stdout.trim()}: ${ok ? 'the whole suite passed' : 'failed'}` };
  });
  return { ok: results.every(({ ok }) => ok), lines: results.map(({ line }) => line) };
}

export const STEPS = {
  coverage: {
    title: 'Coverage',
    means: 'Every line and every branch of lib/ is run by some spec: 100 %, or the step fails.',
    prove: coverage,
  },
  level: {
    title: 'A billion grants',
    means:
      'A token bucket that is always in use is compared with arithmetic in whole numbers. Its level may be off by a thousandth of a token, and no window may hold more than capacity + rate · t.',
    prove: () => script('level'),
  },
  histories: {
    title: 'A million histories of a shared limit',
    means:
      'One to eight processes share a limit through one step of a store: they ask, take, give up, settle, crash, pause and change the rate; clocks are set back and keys are lost. On the clock of the store no window holds more than the bound, no token is lost, and in the end the limit is full again.',
    prove: () => script('histories'),
  },
  fuzz: {
    title: 'Fuzzing',
    means:
      'All parsers of foreign text get random input: headers (no throw, no NaN, nothing negative), Link headers as paginate follows them, policies in JSON (a TypeError or RangeError with the path to the mistake, or options that are written as they were read), and the texts of messages and log lines (no secret is left in them). Each gets at most a million runs and five minutes. Then the time is measured: 32 times the text may take 32 times as long, give or take a factor of four. (A quadratic parser takes 1024 times as long.)',
    prove: () => script('fuzz'),
  },
  'soak-virtual': {
    title: 'An hour of virtual time',
    means:
      'Calls arrive at random under seven policies that share a bucket and a budget, with a window, slots and a breaker, deadlines, attempt timeouts, slow hooks and aborts at any moment. The server has faults of every kind and an occasional outage. In the end nothing is pending, no timer or listener is left, the totals agree with an independent count, and no bound of bucket, budget, window, slots or breaker was broken.',
    prove: () => script('soak:virtual'),
  },
  soak: {
    title: 'Five minutes of real requests',
    means:
      'An attached axios instance with limits and a breaker sends requests to a local server that drops connections, cuts bodies, stalls and refuses. A fifth of the requests are streams, and some are aborted. In the end no socket, timer, listener or memory is left behind.',
    prove: () => script('soak', '--', '--seconds', '300'),
  },
  nodes: {
    title: 'Other versions of Node',
    means:
      'The whole suite runs on the versions of Node in tools/nodes, including the specs with Redis, nginx and Chromium.',
    prove: nodes,
  },
  mutation: {
    title: 'Mutation',
    means: `Stryker changes lib/ in some thousands of places, one at a time. For each change, a spec of the folder must fail, and pass again at once without it. The goal is ${WANTED} % of all changes.`,
    prove: mutation,
  },
};
