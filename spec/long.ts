/** How many times as often a property is tried as in `npm test`: TENAX_LONG, which `npm run test:long` sets. */
const FACTOR = Number(process.env.TENAX_LONG ?? 1);

/** True in `npm run test:long`. */
export const LONG = FACTOR > 1;

/** True in the longest form (`TENAX_LONG=1000 npm run test:long`), which takes hours. */
export const LONGEST = FACTOR >= 1000;

/** How often fast-check tries a property: `short` times in `npm test`, more often in the long tier. */
export const runs = (short: number): { readonly numRuns: number } => ({ numRuns: Math.round(FACTOR * short) });
