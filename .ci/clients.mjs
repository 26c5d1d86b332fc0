// Shows with the real clients, against a real server, that a policy understands their answers and failures: 429 and 503 with
// a Retry-After, a refused connection, a dropped one (npm run build, and npm ci in tools/clients, come first). With
// --newest, the packages of tools/clients-newest take their place.
import assert from 'node:assert/strict';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Retrying, stop, wait } from 'tenax';
import { httpRetry, retryIfHttp } from 'tenax/http';
import { FlakyServer } from 'tenax/testing';
import { makeFolder } from './clients/folder.mjs';

const folder = makeFolder({ newest: process.argv.includes('--newest') });
copyFileSync(join(import.meta.dirname, '../tools/clients/clients.mjs'), join(folder, 'clients.mjs'));
const { clients } = await import(join(folder, 'clients.mjs'));

/** A client that needs a body of its own to be content with a 200. */
const body = { data: {}, ok: true, object: 'customer', id: 'x' };
const json = { 'content-type': 'application/json' };
const again = { headers: { ...json, 'retry-after': '2' }, body: { error: { message: 'later' } } };
const good = (request, response) => response.writeHead(200, json).end(JSON.stringify(body));
const NOBODY = 'http://127.0.0.1:3';

/** Calls under a policy; returns how long it slept between the attempts, and how it ended. */
async function calls(options, call) {
  const slept = [];
  const sleep = async (ms) => void slept.push(ms);
  const end = await new Retrying({ stop: stop.afterAttempt(2), ...options, sleep }).run(call).then(
    () => 'succeeded',
    (error) => error.name,
  );
  return { slept, end };
}

const told = ({ slept, end }) => `slept ${slept.join() || 'nothing'}, then ${end}`;
const server = async (script) => FlakyServer.start({ script, handler: good });
let checked = 0;

for (const [name, send] of Object.entries(clients)) {
  for (const status of [429, 503]) {
    for (const [policy, options] of [
      ['retryIfHttp.status', { retryIf: retryIfHttp.status(429, '5xx'), wait: wait.retryAfter(), reraise: true }],
      ['httpRetry', httpRetry({ idempotent: true, stop: stop.afterAttempt(2) })],
    ]) {
      const flaky = await server([{ status, ...again }]);
      const retry = await calls(options, () => send(flaky.url));
      assert.deepEqual(retry, { slept: [2000], end: 'succeeded' }, `${name}, ${status}, ${policy}: ${told(retry)}`);
      await flaky.close();
      checked += 1;
    }
    const flaky = await server([{ status, ...again }]);
    const retry = await calls(httpRetry(), () => send(flaky.url));
    assert.equal(retry.slept.length, status === 429 ? 1 : 0, `${name}, ${status}, not idempotent: ${told(retry)}`);
    await flaky.close();
    checked += 1;
  }

  // Stripe's sends once more by itself what a connection dropped.
  const drops = name === 'stripe' ? ['drop', 'drop'] : ['drop'];
  const flaky = await server(drops);
  const options = { retryIf: retryIfHttp.networkError(), wait: wait.fixed(7) };
  const dropped = await calls(options, () => send(flaky.url));
  assert.deepEqual(dropped, { slept: [7], end: 'succeeded' }, `${name}, dropped: ${told(dropped)}`);
  await flaky.close();

  const second = await server(drops);
  const unsafe = await calls(httpRetry({ wait: wait.fixed(7) }), () => send(second.url));
  assert.deepEqual(unsafe.slept, [], `${name}, dropped, not idempotent: ${told(unsafe)}`);
  await second.close();

  const refused = await calls(httpRetry({ wait: wait.fixed(7), stop: stop.afterAttempt(3) }), () => send(NOBODY));
  assert.deepEqual(refused.slept, [7, 7], `${name}, refused: ${told(refused)}`);
  checked += 3;
}
rmSync(folder, { recursive: true });
console.log(`${Object.keys(clients).length} clients, ${checked} cases: every answer and failure was understood`);
process.exit(0);
