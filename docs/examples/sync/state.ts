import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { WrittenAddress, WrittenSource } from './source';

/** The file beside the output: how far it is good, what is read next, and what it belongs to. */
export interface State {
  readonly source: WrittenSource;
  readonly bytes: number;
  readonly items: number;
  /** Without an address pages are counted; `null` after the last page. */
  readonly next: { readonly page: number; readonly address?: WrittenAddress | undefined } | null;
}

/** Replaces the file in one step: a kill leaves the old state or the new one. */
export function writeState(file: string, state: State): void {
  writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The file may be of another version, or edited by hand: what it holds is not believed before it is looked at. */
export function readState(file: string): State {
  let state: unknown;
  try {
    state = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // A SyntaxError quotes the text, of any number of lines.
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (isState(state)) return state;
  throw new Error(
    `--resume cannot read ${file}: it is not as this version writes it; without --resume all is read anew`,
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isWhole = (value: unknown, least: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= least;

function isState(value: unknown): value is State {
  if (!isRecord(value) || !isSource(value.source)) return false;
  const { source, bytes, items, next } = value;
  if (!isWhole(bytes, 0) || !isWhole(items, 0)) return false;
  if (next === null) return true;
  if (!isRecord(next) || !isWhole(next.page, 1)) return false;
  return next.address === undefined || (source.address !== null && isAddress(next.address));
}

function isSource(value: unknown): value is WrittenSource {
  if (!isRecord(value) || !isWhole(value.perPage, 1)) return false;
  const { address, query } = value;
  const known = query === null || (isRecord(query) && typeof query.salt === 'string' && typeof query.hash === 'string');
  // It is shown in messages: one line, nothing a terminal acts on.
  return known && (address === null || (typeof address === 'string' && /^[!-~]+$/.test(address)));
}

function isAddress(value: unknown): value is WrittenAddress {
  if (!isRecord(value) || typeof value.path !== 'string' || !Array.isArray(value.query)) return false;
  return value.query.every((part) => typeof part === 'string' || isWhole(part, 0));
}
