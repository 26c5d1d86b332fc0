/** True in `npm run test:long`, which sets TENAX_LONG. */
export const LONG = process.env.TENAX_LONG !== undefined;

/** How often fast-check tries a property: `short` times in `npm test`, twenty times as often in `npm run test:long`. */
export const runs = (short: number): { readonly numRuns: number } => ({ numRuns: LONG ? 20 * short : short });
