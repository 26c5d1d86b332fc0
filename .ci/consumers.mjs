// Tries the packed package in the tools that users have, each in an empty folder, some side by side.
// `node .ci/consumers.mjs web vitest` tries only those.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import bothBuilds from './consumers/both-builds.mjs';
import bun from './consumers/bun.mjs';
import compilers from './consumers/compilers.mjs';
import { jestCommonJs, jestEsm } from './consumers/jest.mjs';
import { root, run } from './consumers/project.mjs';
import readme from './consumers/readme.mjs';
import typescript from './consumers/typescript.mjs';
import uncaught from './consumers/uncaught.mjs';
import vite from './consumers/vite.mjs';
import vitest from './consumers/vitest.mjs';
import web from './consumers/web.mjs';

const CONSUMERS = {
  readme,
  typescript,
  jestCommonJs,
  jestEsm,
  vitest,
  vite,
  web,
  compilers,
  bun,
  bothBuilds,
  uncaught,
};

const named = process.argv.slice(2);
for (const name of named) {
  if (!(name in CONSUMERS)) throw new Error(`no consumer ${name}; there are ${Object.keys(CONSUMERS).join(', ')}`);
}
const waiting = Object.entries(CONSUMERS).filter(([name]) => named.length === 0 || named.includes(name));

const folder = mkdtempSync(join(tmpdir(), 'tenax-pack-'));
const [{ filename }] = JSON.parse(
  await run('npm', ['pack', '--silent', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: root }),
);

async function tryInTurn() {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [name, consumer] = next;
    const begun = performance.now();
    const line = (said) =>
      `${name.padEnd(12)} ${((performance.now() - begun) / 1000).toFixed(0).padStart(3)} s  ${said}`;
    try {
      console.log(line(await consumer(join(folder, filename))));
    } catch (error) {
      console.error(line(`FAILED\n${error.message}`));
      process.exitCode = 1;
    }
  }
}
await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, tryInTurn));
rmSync(folder, { recursive: true });
