/**
 * tenax side by side with its peers: every scenario in a process of its own, a table on the screen and
 * docs/performance.md. `--quick`: fewer rounds and smaller loads, nothing written. Names of scenarios: only those.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { quick } from './measure.mjs';
import { asMarkdown, asText, missed } from './report.mjs';

const SCENARIOS = [
  'success',
  'failures',
  'failures-short',
  'failures-in-turn',
  'asleep',
  'one-signal',
  'axios-success',
  'axios-failures',
  'limiter',
  'limits',
  'waiters',
  'waiters-of-limits',
  'breaker',
  'stream-items',
  'body-memory',
  'cold-start',
  'size',
  'retry-after',
];

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
for (const name of wanted) {
  if (!SCENARIOS.includes(name)) throw new Error(`no scenario ${name}; there are ${SCENARIOS.join(', ')}`);
}
const scenarios = wanted.length === 0 ? SCENARIOS : wanted;

const results = scenarios.map((scenario) => {
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--expose-gc', here('one.mjs'), scenario, ...(quick ? ['--quick'] : [])],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1e8 },
  );
  if (status !== 0) throw new Error(`the scenario ${scenario} failed`);
  const result = JSON.parse(stdout);
  console.log(asText(result));
  return result;
});

const unmet = results.flatMap(missed);
console.log(unmet.length === 0 ? 'Every bar is met.' : `Bars not met:\n${unmet.map((line) => `  ${line}`).join('\n')}`);

if (!quick && wanted.length === 0) {
  const machine = `${os.availableParallelism()} cores of ${os.cpus()[0]?.model.trim() ?? 'an unnamed processor'}, ${os.type()} ${os.arch()}`;
  const date = new Date().toISOString().slice(0, 10);
  const intro = readFileSync(here('intro.md'), 'utf8').trimEnd();
  writeFileSync(
    here('../docs/performance.md'),
    `${intro}\n\n## Figures\n\nMeasured on ${date} with Node ${process.versions.node} on ${machine}.\n\n${results.map(asMarkdown).join('\n')}`,
  );
}
