import type { Requests } from './requests.js';

/** The part of a page that decides how far to request ahead. */
export interface NumberedPage {
  /** True if the page has no items: the reading ends here. */
  readonly isEnd: boolean;
  /** The index of the last page as this page names it; undefined if it does not. */
  readonly last: number | undefined;
}

interface LookAheadOptions<Page> {
  /** The most pages in memory: the current one and those requested ahead. */
  readonly concurrency: number;
  readonly maxPages: number;
  readonly requests: Requests;
  readonly read: (index: number, signal: AbortSignal) => Promise<Page>;
}

/**
 * Requests pages ahead. Until the first page says how many pages there are, only one page is requested ahead: it is needed
 * unless the first one is empty. For the same reason, the page after the last one named is requested too.
 */
export class LookAhead<Page extends NumberedPage> {
  readonly #options: LookAheadOptions<Page>;
  readonly #pages = new Map<number, Promise<Page>>();
  /** The index of the page that is read now. */
  #turn = 0;
  /** The index of the next page to request. */
  #nextIndex = 0;
  /** The last page that is requested ahead. */
  #reach = 1;
  /** Whether a page has named the last one. */
  #knowsLast = false;
  /** False once a page with items came after the one that it named as the last: the number means something else. */
  #trustsLast = true;
  /** The first page that ended the reading, or failed. */
  #end = Infinity;

  constructor(options: LookAheadOptions<Page>) {
    this.#options = options;
  }

  /** The current page. */
  page(): Promise<Page> {
    this.#request();
    return this.#pages.get(this.#turn) as Promise<Page>;
  }

  /** Drops the current page and moves on to the next. */
  advance(): void {
    this.#pages.delete(this.#turn);
    this.#turn += 1;
  }

  #request(): void {
    const { concurrency, maxPages } = this.#options;
    const ahead = Math.min(this.#turn + concurrency - 1, maxPages - 1, this.#reach, this.#end);
    while (this.#nextIndex <= Math.max(ahead, this.#turn)) this.#ask(this.#nextIndex++);
  }

  #ask(index: number): void {
    const { requests, read } = this.#options;
    const page = requests.run(index, (signal) => read(index, signal));
    this.#pages.set(index, page);
    page.then(
      (arrived) => {
        this.#arrived(index, arrived);
      },
      () => {
        // The error is thrown when the page is read.
        this.#endAt(index);
      },
    );
  }

  #arrived(index: number, { isEnd, last }: Page): void {
    if (isEnd) {
      this.#endAt(index);
      return;
    }
    if (last !== undefined && last < index) this.#trustsLast = false;
    if (last !== undefined) {
      this.#knowsLast = true;
      this.#reach = last + 1;
    }
    this.#reach = this.#trustsLast && this.#knowsLast ? Math.max(this.#reach, index + 1) : Infinity;
    this.#request();
  }

  #endAt(index: number): void {
    this.#end = Math.min(this.#end, index);
    this.#options.requests.abortFrom(this.#end + 1, new Error('paginate: the page is after the last one'));
  }
}
