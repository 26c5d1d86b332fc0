// Compiles and runs the recipes of docs/recipes-streams.md with the real packages, with --newest those of
// tools/clients-newest (npm run build, and npm ci in these folders, come first). A server of ours sends the events of OpenAI
// and Anthropic; PostgreSQL is a real one, whose backends are killed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTesting } from 'tenax/testing';
import {
  OVERLOADED,
  anthropicEvents,
  openaiEvents,
  parts,
  startServer,
  text,
} from '../tools/clients/streams/server.mjs';
import { startPostgres } from '../tools/clients/streams/postgres.mjs';
import { makeFolder } from './clients/folder.mjs';

const root = join(import.meta.dirname, '..');
const server = await startServer();
Object.assign(process.env, {
  ...{ OPENAI_API_KEY: 'key', OPENAI_BASE_URL: server.url },
  ...{ ANTHROPIC_API_KEY: 'key', ANTHROPIC_BASE_URL: server.url },
});

/** Writes the blocks of the page that name a file, and compiles them with the packages' own types. */
function compileRecipes() {
  const folder = makeFolder({ newest: process.argv.includes('--newest') });
  const page = readFileSync(join(root, 'docs/recipes-streams.md'), 'utf8');
  const files = [...page.matchAll(/^```ts .*file=(\S+)\n([\s\S]*?)^```$/gm)].map(([, name, code]) => {
    writeFileSync(join(folder, name), code);
    return name;
  });
  const compilerOptions = {
    ...{ target: 'ES2022', module: 'NodeNext', strict: true, skipLibCheck: true, outDir: 'out', rootDir: '.' },
    ...{ lib: ['ES2023', 'DOM', 'ESNext.Disposable'], types: ['node'] },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], {
    cwd: folder,
    stdio: 'inherit',
  });
  return folder;
}

const folder = compileRecipes();
const load = (name) => import(join(folder, 'out', `${name}.js`));
const [openai, background, anthropic] = await Promise.all(
  ['openai-answer', 'openai-background', 'anthropic-answer'].map(load),
);

/** Reads a stream to its end; returns its items, and its failure if it has one. */
async function read(items) {
  const all = [];
  try {
    for await (const item of items) all.push(item);
    return { all };
  } catch (error) {
    return { all, error };
  }
}
const textOf = (all) => all.map((item) => item.text ?? item.event.delta ?? '').join('');
let checked = 0;

/** Lets the server play a script while `body` runs, and checks that all of it was asked for. */
async function check(name, script, body) {
  Object.assign(server, { script: [...script], requests: [] });
  try {
    await body();
    assert.equal(server.requests.length, script.length, 'requests');
    for (let tries = 0; server.open > 0 && tries < 200; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(server.open, 0, 'answers that are open');
  } catch (error) {
    error.message = `${name}: ${error.message}`;
    throw error;
  }
  checked += 1;
}

const good = { openai: openaiEvents(), anthropic: anthropicEvents() };
const SDKS = {
  openai: { answer: openai.answer, tokens: openai.tokens, cost: 9, beforeText: 3 },
  anthropic: { answer: anthropic.answer, tokens: anthropic.output, cost: 17, beforeText: 3 },
};
for (const [name, { answer, tokens, cost, beforeText }] of Object.entries(SDKS)) {
  const events = good[name];
  const early = events.slice(0, beforeText);
  const late = events.slice(0, beforeText + 2);
  await check(`${name}, usage`, [{ events }], async () => {
    const begun = performance.now();
    await read(answer('Why is the sky blue?'));
    const used = tokens.capacity - tokens.available;
    const refilled = (tokens.rate * (performance.now() - begun)) / 1000;
    assert.ok(used <= cost && used >= cost - refilled, `the limit is charged ${used} tokens of ${cost}`);
  });
  // No waits from here on.
  const restore = setTesting({ attempts: 4 });
  const failures = {
    'a 503': { status: 503 },
    'a 429': { status: 429 },
    'a dropped connection': { drop: true },
    'a cut before the first token': { events: early, then: 'cut' },
    'an end before the first token': { events: early },
    ...(name === 'anthropic' ? { 'an error within the stream': { events: [...early, OVERLOADED] } } : {}),
  };
  for (const [what, step] of Object.entries(failures)) {
    await check(`${name}, ${what}`, [step, { events }], async () => {
      const { all, error } = await read(answer('Why is the sky blue?'));
      assert.equal(error, undefined);
      assert.equal(textOf(all), text);
    });
  }
  for (const then of ['cut', 'end']) {
    await check(`${name}, ${then} after two tokens`, [{ events: late, then }], async () => {
      const { all, error } = await read(answer('Why is the sky blue?'));
      assert.equal(textOf(all), parts.slice(0, 2).join(''));
      assert.ok(error instanceof Error, 'it fails');
    });
  }
  await check(`${name}, leaving while it hangs`, [{ events: late, then: 'hang' }], async () => {
    const items = answer('Why is the sky blue?');
    await items.next();
    await items.next();
    const pending = items.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await items.return();
    assert.deepEqual(await pending, { done: true, value: undefined });
  });
  restore();
}

setTesting({ attempts: 4 });

await check(
  'openai in the background',
  [
    { events: openaiEvents().slice(0, 1), then: 'cut' },
    { status: 503 },
    { events: openaiEvents(0).slice(0, 4) },
    { events: openaiEvents(4) },
  ],
  async () => {
    const { all, error } = await read(background.answer('Why is the sky blue?'));
    assert.equal(error, undefined);
    assert.deepEqual(
      all.map(({ event }) => event.sequence_number),
      openaiEvents().map(({ sequence_number }) => sequence_number),
    );
    const asked = ['/responses', ...[0, 0, 4].map((n) => `/responses/resp_1?stream=true&starting_after=${n}`)];
    assert.deepEqual(
      server.requests.map(({ url }) => url),
      asked,
    );
    assert.equal(server.requests[0].body.background, true);
  },
);

await check(
  'anthropic continued',
  [{ events: good.anthropic.slice(0, 5), then: 'cut' }, { events: anthropicEvents(parts.slice(2)) }],
  async () => {
    const { all, error } = await read(anthropic.continued('Why is the sky blue?'));
    assert.equal(error, undefined);
    assert.equal(textOf(all), text);
    assert.equal(all.at(-1).soFar, text);
    const { messages } = server.requests[1].body;
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['user', 'assistant', 'user'],
    );
    assert.equal(messages[1].content, parts.slice(0, 2).join(''));
  },
);

server.close();
setTesting(false);

const postgres = await startPostgres();
Object.assign(process.env, postgres.environment);
const { rows } = await load('rows');
const { default: pg } = await import(join(folder, 'node_modules/pg/lib/index.js'));

/** Runs a query on a connection of its own; returns the first value. */
async function query(sql) {
  const client = new pg.Client();
  await client.connect();
  const { rows: found } = await client.query(sql);
  await client.end();
  return Object.values(found[0] ?? {})[0];
}
const readers = "FROM pg_stat_activity WHERE application_name = 'rows'";
const COUNT = 20_000;
await query(`CREATE TABLE items AS SELECT id::bigint, 'item ' || id AS name FROM generate_series(1, ${COUNT}) id`);

const seen = [];
let killed = 0;
for await (const { id } of rows()) {
  seen.push(Number(id));
  if (seen.length % 3_001 === 0) killed += Number(await query(`SELECT count(pg_terminate_backend(pid)) ${readers}`));
  if (seen.length === 10_000) {
    await postgres.kill();
    setTimeout(postgres.start, 300);
  }
}
assert.deepEqual(
  seen,
  Array.from({ length: COUNT }, (_, i) => i + 1),
);
assert.ok(killed >= 5, `${killed} backends were killed`);
assert.ok(rows.retrying.totals.attempts > killed);

// Leaving closes the connection, while a read waits too.
const locked = new pg.Client();
await locked.connect();
for (const lock of [false, true]) {
  const items = rows();
  if (lock) await locked.query('BEGIN; LOCK TABLE items');
  const first = items.next();
  if (!lock) await first;
  else await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(await query(`SELECT count(*) ${readers}`), '1');
  await items.return();
  for (let tries = 0; (await query(`SELECT count(*) ${readers}`)) !== '0'; tries += 1) {
    assert.ok(tries < 100, 'the connection is open');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
await locked.query('ROLLBACK; DROP TABLE items');
await locked.end();
const { error: wrong } = await read(rows());
assert.equal(wrong.code, '42P01');

rmSync(folder, { recursive: true });
console.log(`${COUNT} rows of PostgreSQL came once and in order, over ${killed} killed backends and a restart`);
console.log(`${checked} streams of openai and @anthropic-ai/sdk held what docs/recipes-streams.md says`);
process.exit(0);
