/** The requests in progress of one reading, which are aborted when it ends. */
export class Requests {
  readonly #open = new Map<number, AbortController>();
  #reason: { readonly reason: unknown } | undefined;

  /** Runs the request of a page with its own signal. */
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

  /** Aborts all requests, and refuses further ones. */
  end(reason: unknown): void {
    this.#reason ??= { reason };
    this.abortFrom(0, reason);
  }
}
