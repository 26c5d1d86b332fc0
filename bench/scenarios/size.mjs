import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { bundle, gzipped } from '../bundle.mjs';

/**
 * What an import adds to a page: bundled for browsers and minified, gzip at its best. Rolldown (and so Rollup and webpack)
 * drops the factories that are not used; esbuild keeps every member of `stop`, `wait` and `retryIf`.
 */
export const title = 'Size, minified and gzipped';
export const unit = 'bytes';
export const floor = 'nothing';
export const columns = { value: 'esbuild', used: 'Rolldown', minified: 'esbuild, minified only' };
export const bars = {
  '`retry`, `stop`, `wait`': { value: 10_500, used: 9500 },
  '`@Retry`, `retryIf`, `stop`, `wait`': { value: 12_200, used: 10_600 },
  'the whole core': { value: 18_500 },
  'tenax/axios': { value: 20_000 },
};

const bench = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(dirname(bench), 'dist/esm');
const tenax = join(dist, 'index.js');
const external = ['axios', /^node:/];

const withEsbuild = (contents) => bundle(contents, { resolveDir: bench });

async function withRolldown(contents) {
  const bundled = await rolldown({
    input: 'entry',
    platform: 'browser',
    cwd: bench,
    external,
    logLevel: 'silent',
    transform: { target: 'es2022', define: { 'process.env.NODE_ENV': '"production"' } },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === 'entry' ? join(bench, 'entry.js') : undefined),
        load: (id) => (id === join(bench, 'entry.js') ? contents : undefined),
      },
    ],
  });
  const { output } = await bundled.generate({ format: 'esm', minify: true });
  await bundled.close();
  return Buffer.from(output[0].code);
}

/** `used` is written as a program uses it: what it does not name can go. */
const USES = {
  '`retry`, `stop`, `wait`': `import { retry, stop, wait } from '${tenax}';
    export const call = retry(globalThis.load, { stop: stop.afterAttempt(5), wait: wait.exponential({ initial: 100 }) });`,
  '`@Retry`, `retryIf`, `stop`, `wait`': `import { Retry, retryIf, stop, wait } from '${tenax}';
    export const retried = Retry({
      stop: stop.afterAttempt(5),
      wait: wait.exponential({ initial: 100 }),
      retryIf: retryIf.exceptionType(TypeError),
    });`,
  'the whole core': `export * from '${tenax}';`,
  'tenax/http': `export * from '${dist}/http/index.js';`,
  'tenax/axios': `export * from '${dist}/axios/index.js';`,
  'p-retry': `export { default } from 'p-retry';`,
  cockatiel: `import { retry, handleAll, ExponentialBackoff } from 'cockatiel';
    export const policy = retry(handleAll, { maxAttempts: 5, backoff: new ExponentialBackoff() });`,
  bottleneck: `export { default } from 'bottleneck';`,
};

export default async function run() {
  const rows = [];
  for (const [name, contents] of Object.entries(USES)) {
    const [whole, used] = [await withEsbuild(contents), await withRolldown(contents)];
    rows.push({ name, value: gzipped(whole), used: gzipped(used), minified: whole.length });
  }
  return rows;
}
