import { appendFileSync, existsSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import type { Position } from './items-api';
import type { Source, WrittenSource } from './source';
import { readState, writeState } from './state';

/** How far a run has come: everything up to `bytes` is whole, and `next` is read next; `null` after the last page. */
export interface Written {
  readonly bytes: number;
  readonly items: number;
  readonly next: Position | null;
}

/**
 * An NDJSON file and, beside it, how far it is good. The state is replaced atomically after each page; on resume the
 * file is cut back to it, so that an interruption at any moment loses and doubles nothing.
 */
export class Output {
  written: Written = { bytes: 0, items: 0, next: { page: 1 } };
  private readonly state: string;
  private readonly belongsTo: WrittenSource;
  /** Whether the files are this run's: a new run leaves those of the run before it until it has read something. */
  private begun: boolean;

  constructor(
    private readonly file: string,
    private readonly source: Source,
    resume: boolean,
  ) {
    this.state = `${file}.state.json`;
    this.begun = resume;
    if (!resume) this.open('a');
    this.belongsTo = resume ? this.goOn() : source.write();
  }

  append(items: readonly unknown[], next: Position | null): void {
    if (!this.begun) this.begin();
    appendFileSync(this.file, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    const { size: bytes } = statSync(this.file);
    this.written = { bytes, items: this.written.items + items.length, next };
    writeState(this.state, {
      ...this.written,
      source: this.belongsTo,
      next: next && {
        page: next.page,
        address: next.next === undefined ? undefined : this.source.writeAddress(next.next),
      },
    });
  }

  /** Whether an interrupted run can be resumed from here. */
  get canResume(): boolean {
    return this.begun && existsSync(this.state);
  }

  /** All is there: nothing is left to resume. */
  finish(): void {
    if (!this.begun) this.begin();
    rmSync(this.state, { force: true });
  }

  /** The state goes before the items do: a kill between the two leaves no state that speaks of another file. */
  private begin(): void {
    for (const old of [this.state, `${this.state}.new`]) rmSync(old, { force: true });
    this.open('w');
    this.begun = true;
  }

  /** Whether the file can be written; with `w`, it is emptied. */
  private open(flag: 'a' | 'w'): void {
    writable(() => {
      writeFileSync(this.file, '', { flag });
    });
  }

  /** Everything is checked before anything is changed. */
  private goOn(): WrittenSource {
    if (!existsSync(this.state))
      throw new Error(`--resume finds no interrupted run (no ${this.state}); without --resume all is read anew`);
    const { source, next, ...written } = readState(this.state);
    this.source.check(source);
    const size = statSync(this.file, { throwIfNoEntry: false })?.size;
    if (size === undefined || size < written.bytes) {
      const is = size === undefined ? 'is gone' : `has ${size} bytes`;
      throw new Error(`--resume needs the first ${written.bytes} bytes of ${this.file}, which ${is}`);
    }
    writable(() => {
      truncateSync(this.file, written.bytes);
    });
    const address = next?.address && this.source.readAddress(next.address);
    this.written = { ...written, next: next && { page: next.page, next: address } };
    return source;
  }
}

function writable(write: () => void): void {
  try {
    write();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`--out takes a file that can be written: ${reason}`, { cause: error });
  }
}
