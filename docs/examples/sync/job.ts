import type { ItemsApi } from './items-api';
import { bucket, windows, type Limits } from './limits';
import { resumeCommand, type Options } from './options';
import { Output } from './output';
import type { Progress } from './progress';
import { Source } from './source';

/** Where the items of a run go, and what it shares with others. */
export interface Job {
  /** What it writes. */
  readonly file: string;
  /** How many items an interrupted run has left. */
  readonly before: number;
  limits(): Limits;
  read(api: ItemsApi, progress: Progress, signal: AbortSignal): Promise<void>;
  /** What to do after the end; after an interruption: how to continue, if there is something to continue. */
  hint(isDone: boolean): string | undefined;
  close(): Promise<void>;
}

/** One process, one file, which `--resume` continues. */
export class OwnJob implements Job {
  readonly file: string;
  private readonly output: Output;

  constructor(private readonly options: Options) {
    this.file = options.out;
    this.output = new Output(options.out, new Source(options.url, options.perPage), options.resume);
  }

  get before(): number {
    return this.output.written.items;
  }

  limits(): Limits {
    const { limit, rate, capacity } = this.options;
    return limit === undefined ? bucket(rate, capacity) : windows(limit);
  }

  async read(api: ItemsApi, progress: Progress, signal: AbortSignal): Promise<void> {
    const { next } = this.output.written;
    const write: Parameters<ItemsApi['read']>[1] = ({ items, total, after }) => {
      this.output.append(items, after);
      progress.page(items.length, total);
    };
    // There is nothing to read where a run was killed after its last page.
    if (next !== null) await api.read(next, write, signal);
    this.output.finish();
  }

  hint(isDone: boolean): string | undefined {
    return !isDone && this.output.canResume ? `this continues:\n  ${resumeCommand()}` : undefined;
  }

  async close(): Promise<void> {
    // The file is closed after each page.
  }
}
