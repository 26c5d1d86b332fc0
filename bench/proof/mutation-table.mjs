import { readFileSync, readdirSync } from 'node:fs';
import { root } from './root.mjs';

export const scoreOf = ({ killed, survived }) => (100 * killed) / Math.max(1, killed + survived);

/** All folders as if they were one. */
export const sum = (folders) =>
  Object.values(folders).reduce(
    (all, { killed, survived }) => ({ killed: all.killed + killed, survived: all.survived + survived }),
    { killed: 0, survived: 0 },
  );

/** `- limits/level.ts: why it cannot be observed`, a survivor a line. */
const explained = readFileSync(`${root}/bench/survivors.md`, 'utf8').trim();
const explainedIn = (folder) => explained.split('\n').filter((line) => line.startsWith(`- ${folder}/`)).length;

const unmeasured = (folders) =>
  readdirSync(`${root}/lib`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !(entry.name in folders))
    .map(({ name }) => name);

export function foldersLine(folders) {
  const all = sum(folders);
  const line = `${scoreOf(all).toFixed(1)} % of ${(all.killed + all.survived).toLocaleString('en')} mutants were killed`;
  const missing = unmeasured(folders);
  return missing.length === 0 ? line : `${line} (not measured yet: ${missing.join(', ')})`;
}

export function mutationTable(folders) {
  const rows = Object.entries(folders)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([folder, counts]) => {
      const { killed, survived, judges, date, commit } = counts;
      const cells = [killed + survived, `${scoreOf(counts).toFixed(1)} %`, survived, explainedIn(folder)];
      return `| ${folder} | ${judges.join(', ')} | ${cells.join(' | ')} | ${commit} | ${date} |`;
    });
  const table = [
    '| folder of lib/ | folders of spec/ that judge it | mutants | killed | survived | of them explained | commit | measured |',
    '| --- | --- | ---: | ---: | ---: | ---: | --- | --- |',
    ...rows,
  ].join('\n');
  return explained.includes('\n- ') ? `${table}\n\n### Survivors that are explained\n\n${explained}\n` : `${table}\n`;
}
