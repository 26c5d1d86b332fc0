import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import type { Source, WrittenSource } from './source';
import { readState, writeState } from './state';

/** How far a sync has come: everything up to `bytes` is whole, and `page`, `next` are read next. */
export interface Progress {
  readonly bytes: number;
  readonly items: number;
  readonly page: number;
  /** `null` after the last page; `undefined` where pages are counted. */
  readonly next: string | null | undefined;
  /** Of the last page. */
  readonly digest: string;
}

/**
 * An NDJSON file and, beside it, how far it is good. The state is replaced atomically after each page; on resume the
 * file is cut back to it, so that an interruption at any moment loses and doubles nothing.
 */
export class Output {
  progress: Progress = { bytes: 0, items: 0, page: 1, next: undefined, digest: '' };
  private readonly state: string;
  private readonly belongsTo: WrittenSource;

  constructor(
    private readonly file: string,
    private readonly source: Source,
    resume: boolean,
  ) {
    this.state = `${file}.state.json`;
    this.belongsTo = resume && existsSync(this.state) ? this.goOn() : this.start();
  }

  append(items: readonly unknown[], page: number, next: string | null | undefined): void {
    appendFileSync(this.file, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    const { size: bytes } = statSync(this.file);
    this.progress = { bytes, items: this.progress.items + items.length, page, next, digest: digestOf(items) };
    writeState(this.state, {
      ...this.progress,
      source: this.belongsTo,
      next: typeof next === 'string' ? this.source.writeAddress(next) : next,
    });
  }

  /** Whether these are the items of the last page once more. */
  repeats(items: readonly unknown[]): boolean {
    return items.length > 0 && digestOf(items) === this.progress.digest;
  }

  /** All is there: nothing is left to resume. */
  finish(): void {
    rmSync(this.state, { force: true });
  }

  /** The state goes before the items do: a kill between the two leaves no state that speaks of another file. */
  private start(): WrittenSource {
    const empty = (flag: 'a' | 'w'): void => {
      writable(() => {
        writeFileSync(this.file, '', { flag });
      });
    };
    // A file that cannot be written costs nobody the state.
    empty('a');
    for (const old of [this.state, `${this.state}.new`]) rmSync(old, { force: true });
    empty('w');
    return this.source.write();
  }

  /** Everything is checked before anything is changed. */
  private goOn(): WrittenSource {
    const { source, next, ...progress } = readState(this.state);
    this.source.check(source);
    const size = statSync(this.file, { throwIfNoEntry: false })?.size;
    if (size === undefined || size < progress.bytes) {
      const is = size === undefined ? 'is gone' : `has ${size} bytes`;
      throw new Error(`--resume needs the first ${progress.bytes} bytes of ${this.file}, which ${is}`);
    }
    writable(() => {
      truncateSync(this.file, progress.bytes);
    });
    this.progress = { ...progress, next: next ? this.source.readAddress(next) : next };
    return source;
  }
}

const digestOf = (items: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(items)).digest('hex');

function writable(write: () => void): void {
  try {
    write();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`--out takes a file that can be written: ${reason}`, { cause: error });
  }
}
