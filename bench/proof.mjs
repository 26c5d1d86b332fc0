/**
 * The long proofs, one after another and at the lowest priority, with a table at the end; their figures come to
 * docs/proof.md, where it says how to run some of them.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { keep, writePage } from './proof/figures.mjs';
import { STEPS } from './proof/steps.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    folders: { type: 'string' },
    reports: { type: 'string' },
    nodes: { type: 'string' },
    report: { type: 'boolean' },
  },
});
const list = (text) => (text === undefined ? [] : text.split(','));

const only = list(values.only);
for (const name of only) {
  if (!(name in STEPS)) throw new Error(`no step ${name}; there are ${Object.keys(STEPS).join(', ')}`);
}
const wanted = Object.entries(STEPS).filter(([name]) => only.length === 0 || only.includes(name));

/** What is proved need not be proved in a hurry. */
os.setPriority(19);

const choice = { named: list(values.folders), reports: values.reports, versions: list(values.nodes ?? '22,24,26') };
const rows = [];
for (const [name, { prove }] of values.report ? [] : wanted) {
  console.log(`\n=== ${name}`);
  const begun = Date.now();
  let result;
  try {
    result = prove(choice);
  } catch (error) {
    result = { ok: false, lines: [error.message] };
  }
  const minutes = (Date.now() - begun) / 60_000;
  keep(name, result, minutes);
  writePage();
  rows.push({ name, minutes, ...result });
}
if (values.report) writePage();

console.log('');
for (const { name, ok, lines, minutes } of rows) {
  const head = `${ok ? 'passed' : 'FAILED'}  ${name.padEnd(12)} ${minutes.toFixed(1).padStart(6)} min  `;
  console.log(head + lines.join(`\n${' '.repeat(head.length)}`));
}
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;
