/**
 * How much of tenax a reader steps through: the files that a call enters and the calls of functions it makes there, counted
 * by V8's precise coverage on the unbundled modules (`npm run build` first). Bars: docs/architecture.md.
 * `--list` names the files and their functions.
 */
import { Session } from 'node:inspector/promises';
import axios from 'axios';
import { Retry, TokenBucket, retryIf, stop, wait } from '../dist/esm/index.js';
import { RetryingAxios } from '../dist/esm/axios/index.js';

const modules = new URL('../dist/esm/', import.meta.url).href;

/** The counts of every function of the modules since the last take. */
async function takeCounts(session) {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const counts = new Map();
  for (const { url, functions } of result) {
    // The body of a module is not a call; vendor code is not ours.
    if (!url.startsWith(modules) || url.startsWith(`${modules}vendor/`)) continue;
    const entered = functions
      .filter(({ functionName, ranges: [whole] }) => whole.count > 0 && (functionName !== '' || whole.startOffset > 0))
      .map(({ functionName, ranges: [whole] }) => [functionName || '(anonymous)', whole.count]);
    if (entered.length > 0) counts.set(url.slice(modules.length), entered);
  }
  return counts;
}

class Service {
  made = 0;
  async find() {
    this.made += 1;
    if (this.made % 2 === 1) throw new TypeError('not yet');
    return 'found';
  }
}
const descriptor = Object.getOwnPropertyDescriptor(Service.prototype, 'find');
const decorate = Retry({ stop: stop.afterAttempt(3), wait: wait.fixed(1), retryIf: retryIf.exceptionType(TypeError) });
Object.defineProperty(Service.prototype, 'find', decorate(Service.prototype, 'find', descriptor) ?? descriptor);
const service = new Service();

let requests = 0;
const adapter = async (config) => {
  requests += 1;
  const status = requests % 2 === 1 ? 429 : 200;
  const response = { status, statusText: '', data: '{}', headers: { 'retry-after': '0' }, config };
  if (status === 200) return response;
  throw new axios.AxiosError('429', 'ERR_BAD_REQUEST', config, undefined, response);
};
const api = new RetryingAxios(axios.create({ baseURL: 'https://api.example.com', adapter }), {
  limiter: new TokenBucket({ rate: 1000, capacity: 100 }),
});

const WALKS = [
  { name: '@Retry, one failure and a success', walk: () => service.find(), bars: { files: 13, calls: 80 } },
  {
    name: 'RetryingAxios with a limiter, a 429 and a 200',
    walk: () => api.get('/items'),
    bars: { files: 28, calls: 180 },
  },
];

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
for (const { name, walk, bars } of WALKS) {
  // The first call sets up what later ones find.
  await walk();
  await takeCounts(session);
  await walk();
  const counts = await takeCounts(session);
  const calls = [...counts.values()].flat().reduce((sum, [, count]) => sum + count, 0);
  const missed = counts.size > bars.files || calls > bars.calls;
  console.log(
    `${name}: ${counts.size} files, ${calls} calls (at most ${bars.files} and ${bars.calls})${missed ? ' MISSED' : ''}`,
  );
  if (process.argv.includes('--list')) {
    for (const [file, entered] of [...counts].sort()) {
      console.log(`  ${file}: ${entered.map(([fn, count]) => (count > 1 ? `${fn} ×${count}` : fn)).join(', ')}`);
    }
  }
}
session.disconnect();
