import { appendFileSync, closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** What one copy of a shared job has read: a page a line, in any order. */
export class Part {
  constructor(readonly file: string) {}

  append(page: number, items: readonly unknown[]): void {
    appendFileSync(this.file, `${JSON.stringify({ page, items })}\n`);
  }
}

/**
 * Merges the parts of all copies into one NDJSON file, in order. A page that two copies have, because one of them died
 * before it said so, is taken once.
 *
 * @returns the number of items
 * @throws Error where a page is missing
 */
export function merge(parts: readonly string[], out: string): number {
  const pages = new Map<number, readonly unknown[]>();
  for (const part of parts) {
    for (const line of readFileSync(part, 'utf8').split('\n')) {
      const read = parsed(line);
      if (read !== undefined) pages.set(read.page, read.items);
    }
  }
  const last = Math.max(0, ...pages.keys());
  const file = openSync(out, 'w');
  let items = 0;
  try {
    for (let page = 1; page <= last; page += 1) {
      const list = pages.get(page);
      if (list === undefined) throw new Error(`page ${page} is in none of the parts: are they all here?`);
      writeSync(file, list.map((item) => `${JSON.stringify(item)}\n`).join(''));
      items += list.length;
    }
  } finally {
    closeSync(file);
  }
  return items;
}

/** A copy that died may have left half a line: the page is in another part. */
function parsed(line: string): { page: number; items: readonly unknown[] } | undefined {
  try {
    return JSON.parse(line) as { page: number; items: readonly unknown[] };
  } catch {
    return undefined;
  }
}
