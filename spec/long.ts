/** How many times its usual number a property is tried: TENAX_LONG, which `npm run test:long` sets; fewer in `npm test`. */
const FACTOR = Number(process.env.TENAX_LONG ?? 0.25);

/** True in `npm run test:long`. */
export const LONG = FACTOR > 1;

/** True in the longest form (`TENAX_LONG=1000 npm run test:long`), which takes hours. */
export const LONGEST = FACTOR >= 1000;

/** How often fast-check tries a property: fewer than `usual` times in `npm test`, more often in the long tier. */
export const runs = (usual: number): { readonly numRuns: number } => ({ numRuns: Math.ceil(FACTOR * usual) });
