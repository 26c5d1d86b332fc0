import type { Requests } from './requests.js';

/** A page, as far as it says how far to request ahead. */
export interface NumberedPage {
  /** No items: the reading ends here. */
  readonly isEnd: boolean;
  /** The index of the last page as this page names it. */
  readonly last: number | undefined;
}

interface LookAheadOptions<Page> {
  /** Pages in memory at most: that of the turn, and those requested ahead. */
  readonly concurrency: number;
  readonly maxPages: number;
  readonly requests: Requests;
  readonly read: (index: number, signal: AbortSignal) => Promise<Page>;
}

/**
 * Requests pages ahead of their turns. Until the first page has said how many there are, one page is requested ahead:
 * it is needed unless the first is empty. The same holds of the page after the one that is said to be the last.
 */
export class LookAhead<Page extends NumberedPage> {
  readonly #options: LookAheadOptions<Page>;
  readonly #pages = new Map<number, Promise<Page>>();
  #turn = 0;
  #asked = 0;
  /** No page after this one is requested ahead. */
  #reach = 1;
  /** Whether a page has named the last one. */
  #knowsLast = false;
  /** False once a page with items came after the one that it named as the last. */
  #believes = true;
  /** The first page that ended the reading, or failed. */
  #end = Infinity;

  constructor(options: LookAheadOptions<Page>) {
    this.#options = options;
  }

  /** The page of this turn. */
  page(): Promise<Page> {
    this.#request();
    return this.#pages.get(this.#turn) as Promise<Page>;
  }

  /** Forgets the page of this turn, and goes on to the next. */
  advance(): void {
    this.#pages.delete(this.#turn);
    this.#turn += 1;
  }

  #request(): void {
    const { concurrency, maxPages } = this.#options;
    const ahead = Math.min(this.#turn + concurrency - 1, maxPages - 1, this.#reach, this.#end);
    while (this.#asked <= Math.max(ahead, this.#turn)) this.#ask(this.#asked++);
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
        // It is thrown when its turn comes.
        this.#endAt(index);
      },
    );
  }

  #arrived(index: number, { isEnd, last }: Page): void {
    if (isEnd) {
      this.#endAt(index);
      return;
    }
    // That number means something else.
    if (last !== undefined && last < index) this.#believes = false;
    if (last !== undefined) {
      this.#knowsLast = true;
      this.#reach = last + 1;
    }
    this.#reach = this.#believes && this.#knowsLast ? Math.max(this.#reach, index + 1) : Infinity;
    this.#request();
  }

  #endAt(index: number): void {
    this.#end = Math.min(this.#end, index);
    this.#options.requests.abortFrom(this.#end + 1, new Error('paginate: the page is after the last one'));
  }
}
