// Builds the playground: its page with the package as it is shipped (npm run build comes first).
import { build } from 'esbuild';

await build({
  entryPoints: ['docs/playground/playground.ts', 'docs/playground/playground.css'],
  outdir: 'docs/playground/dist',
  bundle: true,
  minify: true,
  keepNames: true,
  format: 'esm',
  target: 'es2022',
  alias: { tenax: './dist/esm/index.js', 'tenax/simulation': './dist/esm/simulation/index.js' },
  logLevel: 'warning',
});
