/**
 * Which specs judge which folder of lib/, and what came of it. Survivors are written to reports/mutation/<folder>.json,
 * where Stryker's own viewer reads them, and listed on the screen.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';

/** Every folder with the folders of spec/ that hold it to its word. */
const JUDGES = {
  base: 'base|engine|limits',
  state: 'state|engine',
  strategies: 'strategies|engine|winston',
  engine: 'engine|context',
  decorators: 'decorators',
  limits: 'limits',
  declarative: 'declarative',
  simulation: 'simulation',
  http: 'http',
  axios: 'axios',
  winston: 'winston',
  opentelemetry: 'opentelemetry',
  testing: 'testing',
};

/** Runs the mutants of one folder. Answers its counts, or what went wrong. */
function mutate(folder, root) {
  const report = `${root}/reports/mutation.json`;
  const { status } = spawnSync('npx', ['stryker', 'run', '--mutate', `lib/${folder}/**/*.ts,!lib/${folder}/index.ts`], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, MUTATED: JUDGES[folder] },
  });
  if (!existsSync(report)) return { folder, error: `Stryker ended with ${status}` };
  mkdirSync(`${root}/reports/mutation`, { recursive: true });
  const kept = `${root}/reports/mutation/${folder}.json`;
  renameSync(report, kept);
  return { folder, ...counts(JSON.parse(readFileSync(kept, 'utf8'))) };
}

function counts({ files }) {
  const statuses = Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const count = (...wanted) => statuses.filter((status) => wanted.includes(status)).length;
  const detected = count('Killed', 'Timeout');
  const undetected = count('Survived', 'NoCoverage');
  return { detected, undetected, score: (100 * detected) / Math.max(1, detected + undetected) };
}

/** Mutates the folders that are there, or those that are named. Answers one line for each, and the score of all. */
export function mutation(root, named = []) {
  const folders = Object.keys(JUDGES).filter(
    (folder) => existsSync(`${root}/lib/${folder}`) && (named.length === 0 || named.includes(folder)),
  );
  const results = folders.map((folder) => mutate(folder, root));
  const detected = results.reduce((sum, result) => sum + (result.detected ?? 0), 0);
  const all = results.reduce((sum, result) => sum + (result.detected ?? 0) + (result.undetected ?? 0), 0);
  return {
    score: (100 * detected) / Math.max(1, all),
    failed: results.some(({ error }) => error !== undefined),
    lines: results.map(({ folder, error, score, detected: killed, undetected }) =>
      error === undefined
        ? `${folder}: ${score.toFixed(1)} % (${killed} of ${killed + undetected})`
        : `${folder}: ${error}`,
    ),
  };
}
