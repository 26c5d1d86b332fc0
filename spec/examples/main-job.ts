import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder of the project. */
export const root = join(__dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** Starts the main job as a user does; `kill` sends a signal to the very process. */
export function start(...args: string[]): { ended: Promise<Ended>; kill: (signal: NodeJS.Signals) => void } {
  const child = spawn(process.execPath, ['--import', 'tsx', 'docs/examples/sync/main.ts', ...args], {
    cwd: root,
    env: { ...process.env, TSX_TSCONFIG_PATH: 'spec/tsconfig.json' },
    // A job that never ends fails its spec, and does not keep jest alive.
    timeout: 100_000,
    killSignal: 'SIGKILL',
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const ended = new Promise<Ended>((resolve) => child.on('close', (code, signal) => resolve({ code, signal, output })));
  return { ended, kill: (signal) => child.kill(signal) };
}

/** A file in a folder of its own, not there yet. */
export const fresh = (): string => join(mkdtempSync(join(tmpdir(), 'tenax-')), 'items.ndjson');

export const itemsIn = (file: string): number[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).id);
