// A thousand million grants at each rate: the level is still right. `npm run level`; about half a minute.
import { countGrants } from './level.js';

const GRANTS = Number(process.argv[2] ?? 1e9);

for (const rate of [1000, 3, 7.7]) {
  const { drift, over, late } = countGrants(rate, GRANTS);
  const exact = Math.abs(drift) < 1e-3 && over < 1e-3 && late < 1;
  const figures = `level off by ${drift.toExponential(1)} tokens, last grant late by ${late.toExponential(1)} ms`;
  console.log(`${exact ? 'ok  ' : 'FAIL'} ${GRANTS.toExponential()} grants at ${rate}/s: ${figures}`);
  if (!exact) process.exitCode = 1;
}
