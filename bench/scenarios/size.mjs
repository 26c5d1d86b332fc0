import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What an import adds to a page: bundled and minified by esbuild, gzip at its best. */
export const title = 'Size, minified and gzipped (esbuild)';
export const unit = 'bytes';
export const floor = 'nothing';
export const columns = { value: 'bytes, gzip', minified: 'bytes, minified' };
export const bars = { '`import { retry, stop, wait }`': { value: 3000 }, 'the whole core': { value: 8000 } };

const bench = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(dirname(bench), 'dist/esm');

async function weigh(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: bench },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['axios', 'node:*'],
    logLevel: 'error',
  });
  const [{ contents: minified }] = outputFiles;
  return { value: gzipSync(minified, { level: 9 }).length, minified: minified.length };
}

export default async function run() {
  const modules = {
    '`import { retry, stop, wait }`': `import { retry, stop, wait } from '${dist}/index.js'; console.log(retry, stop, wait);`,
    '`import { retry }`': `import { retry } from '${dist}/index.js'; console.log(retry);`,
    'the whole core': `import * as tenax from '${dist}/index.js'; console.log({ ...tenax });`,
    'tenax/http, whole': `import * as http from '${dist}/http/index.js'; console.log({ ...http });`,
    'p-retry': `import pRetry from 'p-retry'; console.log(pRetry);`,
    cockatiel: `import { retry, handleAll, ExponentialBackoff } from 'cockatiel'; console.log(retry, handleAll, ExponentialBackoff);`,
    bottleneck: `import Bottleneck from 'bottleneck'; console.log(Bottleneck);`,
  };
  const rows = [];
  for (const [name, contents] of Object.entries(modules)) rows.push({ name, ...(await weigh(contents)) });
  return rows;
}
