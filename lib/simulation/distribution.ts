/** How a value is distributed over the runs of a simulation. */
export interface Distribution {
  /** The smallest value. */
  readonly min: number;
  /** The median. */
  readonly p50: number;
  /** The value that 95 % of the runs do not exceed. */
  readonly p95: number;
  /** The largest value. */
  readonly max: number;
}

/** Percentiles by nearest rank, so that each is a value that occurred. `values` must not be empty. */
export function distributionOf(values: readonly number[]): Distribution {
  const sorted = Float64Array.from(values).sort();
  const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
  return { min: rank(0), p50: rank(0.5), p95: rank(0.95), max: rank(1) };
}
