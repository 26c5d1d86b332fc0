/** The requests of one reading that are in progress, to be aborted when the reading ends. */
export class Requests {
  readonly #open = new Map<number, AbortController>();
  #reason: { readonly reason: unknown } | undefined;

  /** Runs the request of a page with a signal of its own. */
  async run<T>(index: number, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    if (this.#reason !== undefined) throw this.#reason.reason;
    this.#open.set(index, controller);
    try {
      return await request(controller.signal);
    } finally {
      this.#open.delete(index);
    }
  }

  /** Aborts the requests of the pages from `index` on. */
  abortFrom(index: number, reason: unknown): void {
    for (const [each, controller] of this.#open) if (each >= index) controller.abort(reason);
  }

  /** Aborts all, now and from now on. */
  end(reason: unknown): void {
    this.#reason ??= { reason };
    this.abortFrom(0, reason);
  }
}
