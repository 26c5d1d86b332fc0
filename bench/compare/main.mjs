/** Tries the same questions on tenax and on its peers and writes docs/comparison.md. Each cell is an experiment here. */
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import breakers from './breakers.mjs';
import clients from './clients.mjs';
import functions from './functions.mjs';
import limiters from './limiters.mjs';
import useCases from './use-cases.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const require = createRequire(import.meta.url);
const versionOf = (name) => {
  const base = require.resolve.paths(name)[0];
  for (const folder of require.resolve.paths(name) ?? [base]) {
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version;
    } catch {
      continue;
    }
  }
  return '?';
};

// Peers may reject where nobody listens; that is their answer, not the end of the experiment.
process.on('unhandledRejection', () => undefined);

const SHOWN = new Map([
  [true, 'yes'],
  [false, '**no**'],
  [undefined, '–'],
]);

const tables = [];
for (const { title, subjects, questions } of [functions, clients, limiters, useCases, breakers]) {
  const names = Object.keys(subjects);
  const rows = [];
  for (const [question, tried] of Object.entries(questions)) {
    const cells = [];
    for (const name of names) {
      const answer = await tried(subjects[name], name).catch(() => false);
      cells.push(SHOWN.get(answer) ?? answer);
    }
    rows.push(`| ${question} | ${cells.join(' | ')} |`);
    console.log(rows.at(-1));
  }
  const headOf = (name) => {
    if (name === 'tenax') return name;
    // Of what is not a package of npm its documentation is asked.
    return subjects[name] === undefined ? `${name}, as documented` : `${name} ${versionOf(name)}`;
  };
  const heads = names.map(headOf);
  tables.push(
    `## ${title}\n\n| experiment | ${heads.join(' | ')} |\n| --- | ${names.map(() => '---').join(' | ')} |\n${rows.join('\n')}\n`,
  );
}
const intro = readFileSync(here('intro.md'), 'utf8').trimEnd();
writeFileSync(here('../../docs/comparison.md'), `${intro}\n\n${tables.join('\n')}`);
process.exit();
