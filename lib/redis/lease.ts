/** Tokens that this process has reserved: they come in one after another at the rate, until all are there. */
export class Lease {
  used = 0;

  constructor(
    readonly total: number,
    /** When all are there, in milliseconds on this process's clock. */
    private readonly end: number,
    /** Until when a pause holds back even those that were there. */
    private readonly notBefore: number,
    private readonly perMs: number,
    /** Which reservation it is. */
    private readonly turn: number,
  ) {}

  get unused(): number {
    return this.total - this.used;
  }

  /** What the server is told when nobody wants the rest. */
  get rest(): { readonly tokens: number; readonly turn: number } | undefined {
    return this.unused > 0 ? { tokens: this.unused, turn: this.turn } : undefined;
  }

  covers(tokens: number): boolean {
    return this.used + tokens <= this.total;
  }

  /** When the next `tokens` are there. */
  dueTime(tokens: number): number {
    const later = this.total - this.used - tokens;
    return Math.max(this.notBefore, this.end - later / this.perMs);
  }

  take(tokens: number): void {
    this.used += tokens;
  }
}
