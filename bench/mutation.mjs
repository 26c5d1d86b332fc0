/**
 * Which specs judge which folder of lib/, and what came of it. Survivors are listed on the screen and written to
 * reports/mutation/<folder>.json, where Stryker's own viewer reads them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from 'node:fs';
import { scoreOf, sum } from './proof/mutation-table.mjs';
import { commit, root } from './proof/root.mjs';

/** Percent of all mutants that have to be killed. */
export const WANTED = 95;

/** The folders of spec/ that hold a folder to its word, where these are more than the one of the same name. */
const JUDGES = {
  call: ['call', 'engine'],
  strategies: ['strategies', 'winston'],
  engine: ['engine', 'call'],
  limits: ['limits', 'redis'],
};

const foldersOf = (path) =>
  readdirSync(`${root}/${path}`, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

const judgesOf = (folder) => (JUDGES[folder] ?? [folder]).filter((judge) => existsSync(`${root}/spec/${judge}`));

/** Runs the mutants of one folder. Answers the path of its report. */
function mutate(folder, judges) {
  const report = `${root}/reports/mutation.json`;
  const { status } = spawnSync('npx', ['stryker', 'run', '--mutate', `lib/${folder}/**/*.ts`], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, MUTATED: judges.join('|') },
  });
  if (!existsSync(report)) throw new Error(`Stryker ended with ${status} and left no report on ${folder}`);
  mkdirSync(`${root}/reports/mutation`, { recursive: true });
  const kept = `${root}/reports/mutation/${folder}.json`;
  renameSync(report, kept);
  return kept;
}

function countsIn(report) {
  const { files } = JSON.parse(readFileSync(report, 'utf8'));
  const statuses = Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const count = (...wanted) => statuses.filter((status) => wanted.includes(status)).length;
  return { killed: count('Killed', 'Timeout'), survived: count('Survived', 'NoCoverage') };
}

/** The commit that was mutated; beside reports that are there already, a file says it. */
const commitOf = (folder, reports) => {
  const noted = `${reports}/${folder}.commit`;
  return reports !== undefined && existsSync(noted) ? readFileSync(noted, 'utf8').trim() : commit();
};

/**
 * Mutates every folder of lib/, or those that are named.
 *
 * @param reports a folder with reports that Stryker has made already, `<folder>.json`, and their commits, `<folder>.commit`: they are read instead
 */
export function mutation({ named, reports }) {
  const date = new Date().toISOString().slice(0, 10);
  const folders = {};
  const lines = [];
  for (const folder of named.length > 0 ? named : foldersOf('lib')) {
    const judges = judgesOf(folder);
    if (judges.length === 0) throw new Error(`no folder of spec/ judges lib/${folder}`);
    const counts = countsIn(reports === undefined ? mutate(folder, judges) : `${reports}/${folder}.json`);
    folders[folder] = { ...counts, judges, date, commit: commitOf(folder, reports) };
    lines.push(`${folder}: ${scoreOf(counts).toFixed(1)} %, ${counts.survived} survived`);
  }
  const score = scoreOf(sum(folders));
  return { ok: score >= WANTED, lines: [`${score.toFixed(1)} % in all`, ...lines], folders };
}
