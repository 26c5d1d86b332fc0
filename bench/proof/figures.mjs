/** The figures of the last run of each step, and the page that shows them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { foldersLine, mutationTable } from './mutation-table.mjs';
import { commit, root } from './root.mjs';
import { STEPS } from './steps.mjs';

const PATH = `${root}/bench/proof/figures.json`;

const kept = existsSync(PATH) ? JSON.parse(readFileSync(PATH, 'utf8')) : {};

const machine = () =>
  `${os.availableParallelism()} cores of ${os.cpus()[0]?.model.trim() ?? 'an unnamed processor'}, ${os.type()} ${os.arch()}`;

/** Keeps what a step answered. Folders that were not mutated this time keep what they had. */
export function keep(name, { ok, lines, folders }, minutes) {
  const measured = {
    ok,
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    machine: machine(),
    minutes: Number(minutes.toFixed(1)),
    commit: commit(),
  };
  kept[name] =
    folders === undefined ? { ...measured, lines } : { ...measured, folders: { ...kept[name]?.folders, ...folders } };
  const inOrder = Object.fromEntries(Object.keys(STEPS).flatMap((step) => (step in kept ? [[step, kept[step]]] : [])));
  writeFileSync(PATH, `${JSON.stringify(inOrder, null, 2)}\n`);
}

function section([name, { title, means }]) {
  const figures = kept[name];
  const head = `## ${title}\n\n${means} \`npm run proof -- --only ${name}\`\n`;
  if (figures === undefined) return `${head}\nNot measured yet.\n`;
  const { ok, date, node, machine: where, minutes, lines, folders, commit: at } = figures;
  const conditions = `with Node ${node} on ${where}`;
  if (folders !== undefined) return `${head}\n${foldersLine(folders)}, ${conditions}.\n\n${mutationTable(folders)}`;
  const measured = `${ok ? 'Passed' : '**Failed**'} on ${date}${at === undefined ? '' : ` at commit ${at}`} ${conditions}, in ${minutes} minutes.`;
  return `${head}\n${measured}\n\n${lines.map((line) => `- ${line}`).join('\n')}\n`;
}

export function writePage() {
  const intro = readFileSync(`${root}/bench/proof/intro.md`, 'utf8').trimEnd();
  writeFileSync(`${root}/docs/proof.md`, `${intro}\n\n${Object.entries(STEPS).map(section).join('\n')}`);
}
