import type { Retry } from './retries';

/** The figures of a run, and what the server said last. */
export class Progress {
  items = 0;
  pages = 0;
  requests = 0;
  /** How many items there are in all, if the API says so. */
  total: number | undefined;
  last: Retry | undefined;
  /** By kind: `429`, `503`, `dropped connection`. */
  readonly survived = new Map<string, number>();
  private readonly begun = performance.now();

  /**
   * @param allowed how many requests the limits allow in so many seconds
   * @param before how many items an interrupted run has left
   */
  constructor(
    private readonly allowed: (seconds: number) => number,
    readonly before: number,
  ) {}

  page(items: number, total: number | undefined): void {
    this.items += items;
    this.pages += 1;
    this.total = total ?? this.total;
  }

  retry(retry: Retry): void {
    this.last = retry;
    this.survived.set(retry.kind, (this.survived.get(retry.kind) ?? 0) + 1);
  }

  get seconds(): number {
    return (performance.now() - this.begun) / 1000;
  }

  /** The share of the allowed rate in use, from 0 to 1. */
  get share(): number {
    return Math.min(1, this.requests / this.allowed(this.seconds));
  }
}
