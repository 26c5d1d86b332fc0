// The core and tenax/http bundled by esbuild for the web: no built-in of Node in it, no warning, and it does its work where
// there are the globals of the web alone: in a bare context with the timers of a page, and in Vercel's edge runtime.
import vm from 'node:vm';
import { isDeepStrictEqual } from 'node:util';
import { createRequire, builtinModules } from 'node:module';
import { join } from 'node:path';
import { makeProject, ours } from './project.mjs';

const WANTED = {
  decorated: 'found x at 3',
  gaveUp: 2,
  aborted: 'enough',
  limiter: true,
  fetch: [200, 3],
  items: [1, 2, 3],
  limited: 429,
  unreachable: true,
};

async function bundle({ folder }, conditions) {
  const esbuild = createRequire(join(folder, 'package.json'))('esbuild');
  const { warnings, metafile, outputFiles } = await esbuild.build({
    absWorkingDir: folder,
    entryPoints: ['web.ts'],
    bundle: true,
    format: 'iife',
    globalName: 'bundle',
    target: 'es2022',
    platform: 'browser',
    conditions,
    logLevel: 'silent',
    metafile: true,
    write: false,
  });
  if (warnings.length > 0) throw new Error(`esbuild warns: ${warnings.map(({ text }) => text).join('; ')}`);
  const code = outputFiles[0].text;
  const builtins = Object.values(metafile.inputs)
    .flatMap(({ imports }) => imports.map(({ path }) => path))
    .filter((path) => path.startsWith('node:') || builtinModules.includes(path));
  if (builtins.length > 0 || /\brequire\(/.test(code)) throw new Error(`of Node in the bundle: ${builtins.join()}`);
  return code;
}

/** A context with what a page has, and nothing of Node: its timers are numbers. */
function page() {
  const timers = new Map();
  let last = 0;
  const context = vm.createContext({
    setTimeout(callback, ms) {
      timers.set((last += 1), setTimeout(callback, ms));
      return last;
    },
    clearTimeout(id) {
      clearTimeout(timers.get(id));
    },
    ...{
      AbortController,
      AbortSignal,
      DOMException,
      Event,
      EventTarget,
      Headers,
      Request,
      Response,
      URL,
      URLSearchParams,
    },
    ...{ performance, queueMicrotask, TextEncoder, TextDecoder, console },
  });
  return (code) => vm.runInContext(code, context);
}

/** The edge runtime brings fetch and its like along, and has neither `process` nor `require`. */
function edge({ folder }) {
  const { EdgeVM } = createRequire(join(folder, 'package.json'))('@edge-runtime/vm');
  const runtime = new EdgeVM();
  return (code) => runtime.evaluate(code);
}

async function works(where, evaluate, code) {
  for (const name of ['process', 'require', 'Buffer', 'setImmediate', 'global']) {
    if (evaluate(`typeof ${name}`) !== 'undefined') throw new Error(`${where} knows ${name}`);
  }
  evaluate(code);
  const found = JSON.parse(await evaluate('bundle.main().then(JSON.stringify)'));
  if (!isDeepStrictEqual(found, WANTED)) throw new Error(`${where}: ${JSON.stringify(found)}`);
}

export default async function web(tarball) {
  const project = await makeProject(tarball, [...ours('esbuild'), '@edge-runtime/vm@^5']);
  project.copy('.ci/consumers/sources/web.ts', 'web.ts');
  const code = await bundle(project, undefined);
  await works('the page', page(), code);
  await works('the edge runtime', edge(project), await bundle(project, ['edge-light', 'worker', 'browser']));
  project.remove();
  return `runs in a page and in the edge runtime, ${Math.round(code.length / 1000)} kB before minifying`;
}
