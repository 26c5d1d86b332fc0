import {
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  appendFileSync,
  statSync,
} from 'node:fs';

/** How far a sync has come: everything up to `bytes` is whole, and `page`, `next` are read next. */
export interface Progress {
  readonly bytes: number;
  readonly items: number;
  readonly page: number;
  readonly next?: string | undefined;
}

/**
 * An NDJSON file and, beside it, how far it is good. The state is replaced atomically after each page; on resume the
 * file is cut back to it, so that an interruption at any moment loses and doubles nothing.
 */
export class Output {
  progress: Progress = { bytes: 0, items: 0, page: 1 };
  private readonly state: string;

  constructor(
    private readonly file: string,
    resume: boolean,
  ) {
    this.state = `${file}.state.json`;
    if (resume && existsSync(this.state)) {
      this.progress = JSON.parse(readFileSync(this.state, 'utf8')) as Progress;
      truncateSync(file, this.progress.bytes);
    } else writeFileSync(file, '');
  }

  append(items: readonly unknown[], page: number, next: string | undefined): void {
    appendFileSync(this.file, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    this.progress = { bytes: statSync(this.file).size, items: this.progress.items + items.length, page, next };
    writeFileSync(`${this.state}.new`, JSON.stringify(this.progress));
    renameSync(`${this.state}.new`, this.state);
  }

  /** All is there: nothing is left to resume. */
  finish(): void {
    rmSync(this.state, { force: true });
  }
}
