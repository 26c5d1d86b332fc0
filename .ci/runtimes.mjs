// Runs the core, retryingFetch and RetryingAxios on each Node, on Bun and on Deno against a local server (npm run build, and
// npm ci in tools/runtimes and tools/nodes, come first). Without an argument it starts itself on each.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const tool = (path) => fileURLToPath(new URL(`../tools/${path}`, import.meta.url));
const RUNTIMES = {
  'this node': [process.execPath],
  'node 22': [tool('nodes/node_modules/node22/bin/node')],
  'node 24': [tool('nodes/node_modules/node24/bin/node')],
  'node 26': [tool('nodes/node_modules/node26/bin/node')],
  bun: [tool('runtimes/node_modules/.bin/bun'), 'run'],
  deno: [tool('runtimes/node_modules/.bin/deno'), 'run', '--allow-all', '--no-lock'],
};

function start() {
  const script = fileURLToPath(import.meta.url);
  for (const [runtime, [bin, ...flags]] of Object.entries(RUNTIMES)) {
    const { status, signal } = spawnSync(bin, [...flags, script, runtime], { stdio: 'inherit', timeout: 120_000 });
    assert.equal(status, 0, `${runtime} ended with ${status ?? signal}`);
  }
}

/** Two answers of 503, then 200; what is dropped or refused is at other paths. */
async function serve() {
  const { createServer } = await import('node:http');
  const seen = {};
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://h');
    seen[pathname] = (seen[pathname] ?? 0) + 1;
    request.resume();
    // On a kept connection the runtimes send again by themselves.
    response.setHeader('connection', 'close');
    if (pathname.startsWith('/drop')) request.socket.destroy();
    else if (pathname.startsWith('/redirect')) response.writeHead(307, { location: 'http://127.0.0.1:3/' }).end();
    else if (pathname.startsWith('/limited') && seen[pathname] === 1)
      response.writeHead(429, { 'retry-after': '0' }).end();
    else response.writeHead(seen[pathname] > 2 ? 200 : 503).end('{"n":1}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, seen, server };
}

async function prove(runtime) {
  const { retry, stop, wait } = await import('tenax');
  const { NetworkError, retryingFetch } = await import('tenax/http');
  const { RetryingAxios } = await import('tenax/axios');
  const { url, seen, server } = await serve();
  const options = { wait: wait.fixed(1), stop: stop.afterAttempt(3) };

  let calls = 0;
  const flaky = async () => {
    calls += 1;
    if (calls < 3) throw new Error('flaky');
    return 'done';
  };
  assert.equal(await retry(flaky, options)(), 'done');
  await assert.rejects(retry(() => Promise.reject(new Error('no')), { ...options, reraise: true })(), /no/);
  const signal = AbortSignal.abort(new Error('stopped'));
  await assert.rejects(retry(flaky, { ...options, signal })(), /stopped/);

  const clients = {
    fetch: (path, init) => retryingFetch(options)(`${url}${path}`, init),
    axios: (path, { method, body } = {}) =>
      new RetryingAxios({}, options).request({ url: `${url}${path}`, method, data: body }),
    'axios over fetch': (path, { method, body } = {}) =>
      new RetryingAxios({ adapter: 'fetch' }, options).request({ url: `${url}${path}`, method, data: body }),
  };
  const post = { method: 'POST', body: 'x' };
  for (const [name, send] of Object.entries(clients)) {
    const path = (what) => `/${what}-${name.replaceAll(' ', '-')}`;
    assert.equal((await send(path('flaky'))).status, 200, `${name}: 503, 503, 200`);
    assert.equal(seen[path('flaky')], 3, `${name}: three requests`);
    await send(path('limited'), post).catch((error) => error);
    assert.equal(seen[path('limited')], 2, `${name}: a POST is sent again after a 429, not after a 503`);
    await assert.rejects(send(path('drop')), NetworkError, `${name}: dropped`);
    assert.equal(seen[path('drop')], 3, `${name}: a dropped GET is sent again`);
    await assert.rejects(send(path('drop-post'), post), NetworkError, `${name}: dropped POST`);
    assert.equal(seen[path('drop-post')], 1, `${name}: a dropped POST is not sent again`);
  }

  // What was never sent is sent again, whatever the method.
  let refused = 0;
  const counted = (...args) => ((refused += 1), fetch(...args));
  const failed = await retryingFetch(options, counted)('http://127.0.0.1:3/', post).catch((error) => error);
  assert.ok(failed instanceof NetworkError, `a refused connection is a NetworkError, not ${failed}`);
  assert.equal(refused, 3, 'a refused POST is sent again');

  const slow = async () => Promise.reject(new DOMException('late', 'TimeoutError'));
  await assert.rejects(retryingFetch(options, slow)(url), NetworkError);
  server.closeAllConnections?.();
  server.close();
  console.log(`${runtime}: the core, retryingFetch and RetryingAxios work`);
  process.exit(0);
}

if (process.argv[2] === undefined) start();
else await prove(process.argv[2]);
