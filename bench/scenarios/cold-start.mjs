import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { quick, turns } from '../measure.mjs';

/** What one import adds to the start of a process, in processes of their own: read, compiled and run. */
export const title = 'Cold start: one import in a new process';
export const unit = 'ms';
export const floor = 'an empty module';
export const columns = { value: 'ms', more: 'more than the floor, ms', ratio: 'ratio to p-retry’s' };
export const bars = { tenax: { ratio: 1.3 } };

const here = (path) => new URL(path, import.meta.url).href;

/** Milliseconds of one dynamic import, as the new process itself sees them. */
function load(probe, url) {
  const { stdout } = spawnSync(process.execPath, [probe, url], { encoding: 'utf8' });
  return { value: Number(stdout) };
}

export default async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const probe = join(folder, 'probe.mjs');
    const empty = join(folder, 'empty.mjs');
    writeFileSync(empty, 'export {};\n');
    writeFileSync(
      probe,
      `const begun = performance.now();
       await import(process.argv[2]);
       process.stdout.write(String(performance.now() - begun));`,
    );
    const urls = {
      [floor]: pathToFileURL(empty).href,
      tenax: here('../../dist/node/index.js'),
      'tenax/http': here('../../dist/node/http/index.js'),
      'tenax/axios': here('../../dist/node/axios/index.js'),
      'p-retry': import.meta.resolve('p-retry'),
      cockatiel: import.meta.resolve('cockatiel'),
      'async-retry': import.meta.resolve('async-retry'),
      bottleneck: import.meta.resolve('bottleneck'),
      'axios alone': import.meta.resolve('axios'),
    };
    const contestants = Object.entries(urls).map(([name, url]) => [name, () => load(probe, url)]);
    const rows = await turns(Object.fromEntries(contestants), quick ? 7 : 25);
    const [{ value: least }] = rows;
    const more = ({ value }) => value - least;
    const peer = more(rows.find(({ name }) => name === 'p-retry'));
    return rows.map((row) => ({ name: row.name, value: row.value, more: more(row), ratio: more(row) / peer }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
