/**
 * The long proofs, one after another and at the lowest priority, with a table at the end:
 *
 *     npm run proof                          all of them; some hours
 *     npm run proof -- --only mutation       one step, or several (`--only coverage,level`)
 *     npm run proof -- --only mutation --folders limits,base
 *     npm run proof -- --only nodes --nodes 24
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mutation } from './mutation.mjs';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

const { values } = parseArgs({
  options: { only: { type: 'string' }, folders: { type: 'string' }, nodes: { type: 'string' } },
});
const list = (text) => (text === undefined ? [] : text.split(','));

/** What is proved need not be proved in a hurry. */
os.setPriority(19);

const run = (command, ...args) =>
  spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;

const JEST = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

/** A script of bench/ in TypeScript, which fails the proof by its exit code and prints its own figures. */
const script = (file) => () => {
  if (!existsSync(`${root}/bench/${file}`)) return { ok: true, said: `bench/${file} is not there` };
  const ok = run('npx', 'tsx', '--tsconfig', 'spec/tsconfig.json', `bench/${file}`);
  return { ok, said: ok ? 'passed' : 'failed' };
};

function coverage() {
  const passed = run(
    process.execPath,
    ...JEST,
    '--coverage',
    '--coverageReporters=json-summary',
    '--coverageReporters=text',
  );
  const { total } = JSON.parse(readFileSync(`${root}/coverage/coverage-summary.json`, 'utf8'));
  const said = ['lines', 'branches', 'functions'].map((what) => `${what} ${total[what].pct} %`).join(', ');
  return { ok: passed && total.lines.pct === 100 && total.branches.pct === 100, said };
}

function mutants() {
  const { score, failed, lines } = mutation(root, list(values.folders));
  return { ok: !failed && score >= 95, said: [`${score.toFixed(1)} % in all`, ...lines].join('\n') };
}

/** The suite on other versions of Node than the one in use. */
function nodes() {
  run('npm', 'ci', '--prefix', 'tools/nodes', '--no-fund', '--no-audit');
  const wanted = list(values.nodes ?? '22,24,26');
  const results = wanted.map((version) => {
    const node = `${root}/tools/nodes/node_modules/node${version}/bin/node`;
    return { version, ok: run(node, ...JEST) };
  });
  return {
    ok: results.every(({ ok }) => ok),
    said: results.map(({ version, ok }) => `Node ${version} ${ok ? 'passed' : 'failed'}`).join(', '),
  };
}

const STEPS = {
  coverage,
  level: script('proof-level.ts'),
  fuzz: script('fuzz.ts'),
  soak: script('soak.ts'),
  nodes,
  mutation: mutants,
};

const only = list(values.only);
for (const name of only) {
  if (!(name in STEPS)) throw new Error(`no step ${name}; there are ${Object.keys(STEPS).join(', ')}`);
}

const summary = [];
for (const [name, step] of Object.entries(STEPS)) {
  if (only.length > 0 && !only.includes(name)) continue;
  console.log(`\n=== ${name}`);
  const begun = Date.now();
  const { ok, said } = step();
  summary.push({ name, ok, said, minutes: (Date.now() - begun) / 60_000 });
}

console.log('');
for (const { name, ok, said, minutes } of summary) {
  console.log(
    `${ok ? 'passed' : 'FAILED'}  ${name.padEnd(10)} ${minutes.toFixed(1).padStart(6)} min  ${said.replaceAll('\n', `\n${' '.repeat(31)}`)}`,
  );
}
process.exitCode = summary.every(({ ok }) => ok) ? 0 : 1;
