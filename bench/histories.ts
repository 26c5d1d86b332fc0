/**
 * Random histories of a shared limit, many more than the specs play: arrivals, aborts, crashes, clocks that are set back, lost
 * keys, new rates and pauses, of one to eight processes. `npm run histories -- --runs 10000` for fewer than a million.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { EVERYTHING, histories, OFTEN, play, ROUNDING } from '../spec/limits/shared/history.js';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
/** So many at a time: fast-check keeps what it has tried. */
const AT_A_TIME = 5000;

const LAWS = {
  'never more than the bound': fc.property(histories(EVERYTHING), (history) => play(history).excess < ROUNDING),
  'no token is lost': fc.property(histories({ ...OFTEN, pause: 1 }), (history) => {
    const { lost, overflowed } = play(history);
    return lost > -ROUNDING && (overflowed || lost < ROUNDING);
  }),
  'full again in the end': fc.property(histories(EVERYTHING), (history) => Math.abs(play(history).missing) < ROUNDING),
};

const each = Math.ceil(Number(values.runs) / Object.keys(LAWS).length);
const first = Number(values.seed);
for (const [name, law] of Object.entries(LAWS)) {
  for (let done = 0; done < each; done += AT_A_TIME) {
    const seed = first + done;
    const { failed, counterexamplePath } = fc.check(law, { numRuns: Math.min(AT_A_TIME, each - done), seed });
    if (failed) throw new Error(`${name}: seed ${seed}, path ${String(counterexamplePath)}`);
  }
  console.log(`${name}: ${each.toLocaleString('en')} histories, seeds from ${first}: all held`);
}
