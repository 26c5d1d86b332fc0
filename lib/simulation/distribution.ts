/** How a figure is spread over the runs of a simulation. */
export interface Distribution {
  /** The least. */
  readonly min: number;
  /** The median. */
  readonly p50: number;
  /** What 95 % of the runs do not exceed. */
  readonly p95: number;
  /** The most. */
  readonly max: number;
}

/** Percentiles by nearest rank: each is a value that occurred, and there is at least one. */
export function distributionOf(values: readonly number[]): Distribution {
  const sorted = Float64Array.from(values).sort();
  const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
  return { min: rank(0), p50: rank(0.5), p95: rank(0.95), max: rank(1) };
}
