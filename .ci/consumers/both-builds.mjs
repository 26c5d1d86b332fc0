// One process, both builds: what one throws is an instance of the other's class.
import { makeProject } from './project.mjs';

const BOTH = `
import { createRequire } from 'node:module';
import * as esm from './node_modules/tenax/dist/node/index.js';
import * as esmHttp from './node_modules/tenax/dist/node/http/index.js';
const require = createRequire(import.meta.url);
const cjs = require('./node_modules/tenax/dist/cjs/index.js');
const cjsHttp = require('./node_modules/tenax/dist/cjs/http/index.js');
if (esm.TryAgain === cjs.TryAgain) throw new Error('one copy');
const checks = [
  new esm.TryAgain() instanceof cjs.TryAgain, new cjs.TryAgain() instanceof esm.TryAgain,
  esm.stop.never instanceof cjs.StopStrategy, cjs.wait.none() instanceof esm.WaitStrategy,
  (await cjs.retry(async () => { throw 1; }, { stop: esm.stop.afterAttempt(1) })().catch((e) => e)) instanceof esm.RetryError,
  !(new esm.TryAgain() instanceof cjs.RetryError),
  typeof esm.Break(new cjs.CircuitBreaker()) === 'function',
  typeof esmHttp.HttpError === 'function' && cjsHttp.HttpError !== esmHttp.HttpError,
];
if (checks.includes(false)) throw new Error('instanceof across builds: ' + checks);
console.log(checks.length);
`;

export default async function bothBuilds(tarball) {
  const project = await makeProject(tarball, []);
  project.write('both.mjs', BOTH);
  const checks = Number(await project.node('both.mjs'));
  project.remove();
  return `instanceof holds across the two builds in ${checks} ways`;
}
