/* global document, window */
// Opens the built site in Chromium, on a phone and on a desktop, light and dark: no broken link or anchor, nothing on the
// console, no serious finding of axe, and under 200 kB of script on a page of text. `--shots <folder>` keeps pictures.
import { createReadStream, existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';

const OUT = 'docs/.vitepress/dist';
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json' };
const PAGES = ['index.html', 'start.html', 'guide.html', 'options.html', 'recipes.html', 'reference/index.html'];
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
      const context = await browser.newContext({ viewport, colorScheme });
      for (const path of PAGES) await look(context, path, `${device} ${colorScheme}`);
      await context.close();
    }
  }
} finally {
  await browser.close();
  server.close();
}

async function look(context, path, how) {
  const page = await context.newPage();
  const where = `${path} (${how})`;
  let script = 0;
  page.on('console', (message) => message.type() === 'error' && problems.push(`${where}: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`${where}: ${error.message}`));
  page.on('response', async (response) => {
    if (response.url().endsWith('.js') && response.request().resourceType() !== 'other')
      script += (await response.body().catch(() => [])).length;
  });
  await page.goto(`${site}/${path}`, { waitUntil: 'networkidle' });
  if (how === 'desktop light' && script > SCRIPT_BUDGET) problems.push(`${where}: ${script} bytes of script`);
  const width = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (width > 0) problems.push(`${where}: ${width} px wider than the window`);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
  for (const { id, impact, nodes } of violations)
    if (impact === 'serious' || impact === 'critical')
      problems.push(
        `${where}: axe ${id} at ${nodes
          .slice(0, 3)
          .map(({ target }) => target.join(' '))
          .join(', ')}`,
      );
  if (shots !== undefined) await page.screenshot({ path: join(shots, `${where.replaceAll(/\W+/g, '-')}.png`) });
  console.log(`${where}: ${Math.round(script / 1000)} kB of script, ${violations.length} findings of axe`);
  await page.close();
}

for (const problem of new Set(problems)) console.error(problem);
console.log(`${htmlFiles.length} pages, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
