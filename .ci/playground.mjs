// Builds the playground, its page with the package as it is shipped (npm run build comes first), serves it and prints its
// address; Ctrl-C ends it. `--build` only builds.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { build } from 'esbuild';

const ROOT = 'docs/playground';
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

await build({
  entryPoints: [`${ROOT}/playground.ts`, `${ROOT}/playground.css`],
  outdir: `${ROOT}/dist`,
  bundle: true,
  minify: true,
  keepNames: true,
  format: 'esm',
  target: 'es2022',
  alias: { tenax: './dist/esm/index.js', 'tenax/simulation': './dist/esm/simulation/index.js' },
  logLevel: 'warning',
});

if (!process.argv.includes('--build')) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://page').pathname;
    const file = join(ROOT, path === '/' ? 'index.html' : path);
    if (!existsSync(file) || !statSync(file).isFile()) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
    console.log(`The playground: http://127.0.0.1:${server.address().port}/  (Ctrl-C ends it)`);
  });
}
