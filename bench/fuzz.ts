/**
 * Random input through everything that parses what others wrote: answers of servers, Link headers, policies in JSON, texts
 * that are logged. Each target says what holds for any input; the time grows no faster than the input.
 * `npm run fuzz -- --runs 20000 --seed 1 --only links,texts`; `--seconds 300` ends each target then.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { answers } from './fuzzing/headers.js';
import { links } from './fuzzing/links.js';
import { policies } from './fuzzing/policies.js';
import { checkLinear } from './fuzzing/target.js';
import { texts } from './fuzzing/texts.js';

const TARGETS = [answers, links, policies, texts];

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
  },
});
const numRuns = Number(values.runs ?? 1_000_000);
const seconds = Number(values.seconds ?? 300);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const only = values.only?.split(',');

// Random policies deserve many a warning.
process.env['NODE_ENV'] = 'production';
process.emitWarning = () => undefined;

for (const target of TARGETS) {
  if (only !== undefined && !only.includes(target.name)) continue;
  const begun = performance.now();
  const details = await fc.check(target.property as fc.IAsyncProperty<unknown>, {
    numRuns,
    seed,
    interruptAfterTimeLimit: seconds * 1000,
  });
  if (details.failed && !details.interrupted) throw new Error(`${target.name}: ${fc.defaultReportMessage(details)}`);
  const took = ((performance.now() - begun) / 1000).toFixed(1);
  await checkLinear(target);
  console.log(
    `${target.name}: ${details.numRuns.toLocaleString('en')} runs in ${took} s, seed ${seed}: all held; time is linear`,
  );
}
