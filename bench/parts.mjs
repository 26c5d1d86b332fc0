// What the bytes of `retry` with one stop and one wait are for: `node bench/parts.mjs` after `npm run build`. Each part is left
// out in turn, its exports replaced by empty ones. The figures are gzipped bytes of a bundle for browsers.
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, gzipped } from './bundle.mjs';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist/esm');

const PARTS = {
  'errors, and giving up': [
    'engine/errors',
    'engine/call-failure',
    'base/errors',
    'base/brand',
    'base/scrub',
    'base/set-cause',
    'base/lead-to-caller',
  ],
  'gates: the options `limiter` and `breaker`': ['engine/gates', 'engine/gate-options', 'call/gate', 'limits/errors'],
  'messages that name the option and the nearest name': ['base/check', 'base/nearest', 'strategies/instead'],
  'hooks, log lines and channels': ['strategies/hook', 'strategies/log', 'engine/publish', 'base/channels'],
  'the iteration form': ['engine/iteration'],
  'declarations of strategies': ['strategies/define', 'strategies/options', 'strategies/coerce'],
  '`retrying.decide`': ['engine/decide-input'],
  '`toJSON` and `toString`': ['engine/serialize'],
  'timeouts and deadline': ['engine/timeout', 'engine/attempt-time'],
  'what keeps the name, length and `this`': ['engine/wrap'],
  'abort signals': ['base/abort'],
};

/** The row of the size scenario as Rolldown bundles it: only the factories that are used. */
const program = `
  import { retry } from '${dist}/engine/retry.js';
  import { afterAttempt } from '${dist}/strategies/stop/after-attempt.js';
  import { exponential } from '${dist}/strategies/wait/exponential.js';
  export const call = retry(globalThis.load, { stop: afterAttempt(5), wait: exponential({ initial: 100 }) });`;

function emptied(path) {
  const [, list = ''] = /export \{([^}]*)\}/.exec(readFileSync(path, 'utf8')) ?? [];
  const names = list.split(',').map((name) => name.trim().split(' as ').at(-1));
  const empty = (name) => (/^[A-Z][a-z]/.test(name) ? `export class ${name} {}` : `export const ${name} = () => {};`);
  return names.filter(Boolean).map(empty).join('\n');
}

async function sizeWithout(modules) {
  const without = {
    name: 'without',
    setup({ onLoad }) {
      onLoad({ filter: /\.js$/ }, ({ path }) =>
        modules.includes(relative(dist, path).slice(0, -'.js'.length)) ? { contents: emptied(path) } : undefined,
      );
    },
  };
  return gzipped(await bundle(program, { resolveDir: dist, plugins: [without] }));
}

const whole = await sizeWithout([]);
console.log(`${whole} bytes in all, of which`);
for (const [part, modules] of Object.entries(PARTS)) {
  console.log(`${String(whole - (await sizeWithout(modules))).padStart(6)}  ${part}`);
}
console.log(`${await sizeWithout(Object.values(PARTS).flat())} bytes without all of these`);
