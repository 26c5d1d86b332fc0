/* global document, window */
// Opens the built site in Chromium, on a phone and on a desktop, light and dark: no broken link, anchor or picture, nothing on the
// console, no serious finding of axe, and under 200 kB of script on a page of text. On a phone every page of docs/ is looked
// at, so that a wide table scrolls within the page. `--shots <folder>` keeps pictures.
import { createReadStream, existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';

const OUT = 'docs/.vitepress/dist';
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};
const PLAYGROUND = 'playground/index.html';
const PAGES = [
  ...['index.html', 'start.html', 'guide.html', 'options.html', 'recipes.html', 'limits.html'],
  ...['reference/index.html', 'reference/index/classes/TokenBucket.html', PLAYGROUND],
];
const SCRIPT_BUDGET = 200_000;
const shots = process.argv.includes('--shots') ? process.argv[process.argv.indexOf('--shots') + 1] : undefined;
if (shots !== undefined) mkdirSync(shots, { recursive: true });
const problems = [];

const htmlFiles = readdirSync(OUT, { recursive: true }).filter((file) => file.endsWith('.html'));
const idsOf = new Map(
  htmlFiles.map((file) => [
    file,
    new Set([...readFileSync(join(OUT, file), 'utf8').matchAll(/ id="([^"]*)"/g)].map(([, id]) => decodeURI(id))),
  ]),
);
for (const file of htmlFiles.filter((name) => !name.startsWith('playground'))) {
  for (const [, href] of readFileSync(join(OUT, file), 'utf8').matchAll(/<a [^>]*href="([^"]*)"/g)) {
    const { origin, pathname, hash } = new URL(href.replaceAll('&amp;', '&'), `http://site/${file}`);
    if (origin !== 'http://site') continue;
    const path = decodeURI(pathname.slice(1));
    const target = [path, `${path}.html`, join(path, 'index.html')].find((each) => idsOf.has(each) || isFile(each));
    if (target === undefined) problems.push(`${file}: ${href} leads nowhere`);
    else if (hash !== '' && idsOf.get(target)?.has(decodeURIComponent(hash.slice(1))) === false)
      problems.push(`${file}: ${href} has no such anchor`);
  }
}

function isFile(path) {
  return existsSync(join(OUT, path)) && statSync(join(OUT, path)).isFile();
}

const server = createServer((request, response) => {
  const path = decodeURI(new URL(request.url, 'http://site').pathname);
  const file = join(OUT, path.endsWith('/') ? `${path}index.html` : path);
  if (!existsSync(file) || statSync(file).isDirectory()) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const site = `http://127.0.0.1:${server.address().port}`;
const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
}); // prettier-ignore
try {
  for (const [device, viewport] of Object.entries({
    desktop: { width: 1280, height: 900 },
    phone: { width: 390, height: 844 },
  })) {
    for (const colorScheme of ['light', 'dark']) {
      for (const path of PAGES) await look(path, { viewport, colorScheme }, `${device} ${colorScheme}`);
    }
  }
  await measureOnPhone(htmlFiles.filter((file) => !file.startsWith('reference') && !PAGES.includes(file)));
} finally {
  await browser.close();
  server.close();
}

/** Bytes of script that a page asks for; what it fetches ahead for the next page does not count. */
function scriptOf(requests) {
  const scripts = requests.filter((request) => {
    const { purpose, 'sec-purpose': secPurpose } = request.headers();
    return request.url().endsWith('.js') && purpose !== 'prefetch' && secPurpose !== 'prefetch';
  });
  const paths = new Set(scripts.map((request) => decodeURI(new URL(request.url()).pathname)));
  return [...paths].reduce((sum, path) => sum + statSync(join(OUT, path)).size, 0);
}

async function tooWide(page, where) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (width > 0) problems.push(`${where}: ${width} px wider than the window`);
}

async function look(path, options, how) {
  // A context of its own has no cache.
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const where = `${path} (${how})`;
  const requests = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(`${where}: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`${where}: ${error.message}`));
  page.on('request', (request) => requests.push(request));
  await page.goto(`${site}/${path}`, { waitUntil: 'networkidle' });
  if (path === PLAYGROUND) await page.waitForSelector('body[data-shown]');
  const script = scriptOf(requests);
  if (path !== PLAYGROUND && script > SCRIPT_BUDGET) problems.push(`${where}: ${script} bytes of script`);
  await tooWide(page, where);
  const broken = await page.evaluate(() =>
    [...document.images].filter((image) => image.complete && image.naturalWidth === 0).map(({ src }) => src),
  );
  for (const src of broken) problems.push(`${where}: the picture ${src} is not shown`);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
  for (const { id, impact, nodes } of violations) {
    if (impact !== 'serious' && impact !== 'critical') continue;
    const targets = nodes.slice(0, 3).map(({ target }) => target.join(' '));
    problems.push(`${where}: axe ${id} at ${targets.join(', ')}`);
  }
  if (shots !== undefined) {
    const name = join(shots, `${where.replaceAll(/\W+/g, '-')}.png`);
    await page.screenshot({ path: name, fullPage: path === PLAYGROUND });
  }
  const rest = violations.map(({ id }) => id).join(', ');
  console.log(`${where}: ${Math.round(script / 1000)} kB of script${rest === '' ? '' : `, axe says ${rest}`}`);
  await context.close();
}

async function measureOnPhone(files) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  for (const file of files) {
    await page.goto(`${site}/${file}`, { waitUntil: 'load' });
    await tooWide(page, `${file} (phone)`);
  }
  await context.close();
  console.log(`${files.length} more pages fit a phone or are named below`);
}

for (const problem of new Set(problems)) console.error(problem);
console.log(`${htmlFiles.length} pages, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
