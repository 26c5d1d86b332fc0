/** One grant. `refilled` is what the rate has refilled since the beginning, without pauses: ∫ rate dt. */
export interface Grant {
  readonly at: number;
  readonly tokens: number;
  readonly refilled: number;
}

/** Grants of a bucket whose rate (tokens per second) never changes. */
export const atRate = (rate: number, grants: readonly { at: number; tokens: number }[]): Grant[] =>
  grants.map(({ at, tokens }) => ({ at, tokens, refilled: (at * rate) / 1000 }));

/**
 * By how much the grants exceed the bound Σn ≤ capacity + ∫ rate dt in the worst window; negative if they keep it in every
 * window. Checks all windows in one pass (Kadane's algorithm).
 */
export function excess(grants: readonly Grant[], capacity: number): number {
  let worst = -Infinity;
  let open = -Infinity;
  let before = 0;
  for (const { tokens, refilled } of grants) {
    open = Math.max(0, open - (refilled - before)) + tokens;
    before = refilled;
    worst = Math.max(worst, open);
  }
  return worst - capacity;
}
