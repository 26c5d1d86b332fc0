import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** A program as esbuild bundles it for browsers, minified, without axios. Answers its bytes. */
export async function bundle(contents, { resolveDir, plugins = [] }) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['axios', 'node:*'],
    logLevel: 'error',
    plugins,
  });
  return outputFiles[0].contents;
}

/** The length at gzip's best. */
export const gzipped = (code) => gzipSync(code, { level: 9 }).length;
