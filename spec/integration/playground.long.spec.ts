import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const ROOT = join(__dirname, '../../docs/playground');
const CHROMIUM = '/usr/bin/chromium';
const built = existsSync(join(ROOT, 'dist/playground.js'));
const found = existsSync(CHROMIUM) && built;
if (!found && process.env.TENAX_REQUIRE_SERVERS === '1') {
  throw new Error(built ? `there is no ${CHROMIUM}` : 'the playground is not built: npm run playground');
}

const TYPES: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

// A real browser, so real time.
(found ? describe : describe.skip)('the playground in Chromium', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  let url: string;
  const errors: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = (request.url ?? '/').split('?')[0] === '/' ? '/index.html' : (request.url ?? '');
      response.setHeader('content-type', TYPES[path.split('.').at(-1) ?? ''] ?? 'text/plain');
      response.end(readFileSync(join(ROOT, path)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync',
      ], // prettier-ignore
    });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });

  async function open(options: Parameters<Browser['newContext']>[0] = {}, hash = ''): Promise<void> {
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    page = await context.newPage();
    errors.length = 0;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) errors.push(message.text());
    });
    page.on('pageerror', (error) => void errors.push(String(error)));
    await page.goto(`${url}${hash}`);
    await page.waitForSelector('body[data-shown]');
  }
  afterEach(() => page.context().close());

  const rounds = (): Promise<number> => page.evaluate(() => Number(document.body.dataset.shown));
  async function change(act: () => Promise<unknown>): Promise<void> {
    const before = await rounds();
    await act();
    await page.waitForFunction((n) => Number(document.body.dataset.shown) > n, before);
  }
  const screenshot = async (name: string): Promise<void> => {
    if (process.env.TENAX_SCREENSHOTS === undefined) return;
    await page.screenshot({ path: join(process.env.TENAX_SCREENSHOTS, `${name}.png`), fullPage: true });
  };

  test('shows the code, the timeline and the plots, and nothing on the console', async () => {
    await open();
    expect(await page.textContent('#code')).toMatch(
      /^@Retry\(\{\n {2}stop: stop\.afterAttempt\(6\),\n {2}wait: wait\.exponentialJitter/,
    );
    expect(await page.locator('#timeline li').count()).toBeGreaterThan(0);
    expect(await page.locator('.plot canvas').count()).toBe(2);
    expect(await page.textContent('#fleet-figures')).toMatch(/^\d+ requests for 3000 calls/);
    // Something is drawn.
    const drawn = await page.locator('.plot canvas').evaluateAll((canvases) =>
      canvases.map((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
        return data.some((value) => value !== 0);
      }),
    );
    expect(drawn).toEqual([true, true]);
    await screenshot('light');
    expect(errors).toEqual([]);
  }, 30_000);

  test('is used by keyboard, and tells what is dangerous', async () => {
    await open();
    await change(async () => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).name)).toBe('attempts');
      await page.keyboard.press('ArrowUp');
    });
    expect(await page.textContent('#code')).toContain('stop.afterAttempt(7)');
    await change(() => page.getByLabel('strategy').selectOption('none'));
    expect(await page.locator('#findings li').allTextContents()).toEqual([expect.stringMatching(/retried at once/)]);
    expect(errors).toEqual([]);
  }, 30_000);

  test('is shared by its address', async () => {
    await open();
    await change(() => page.getByLabel('strategy').selectOption('fullJitter'));
    await change(() => page.getByLabel('retry budget, 20 %').check());
    const code = await page.textContent('#code');
    const hash = new URL(page.url()).hash;
    await page.context().close();
    await open({}, hash);
    expect(await page.textContent('#code')).toBe(code);
    expect(code).toContain('wait.fullJitter');
    expect(await page.getByLabel('retry budget, 20 %').isChecked()).toBe(true);
  }, 30_000);

  test('fits a phone, in the dark', async () => {
    await open({ viewport: { width: 390, height: 844 }, colorScheme: 'dark', deviceScaleFactor: 2 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(20, 23, 26)');
    await screenshot('phone-dark');
    expect(errors).toEqual([]);
  }, 30_000);

  test('says what is wrong with a policy instead of breaking', async () => {
    await open({}, '#attempts=3&wait=exponential&initial=500&max=100');
    await change(() => page.getByLabel('max, ms').fill('2000'));
    expect(await page.textContent('#mistake')).toBe('');
    expect(errors).toEqual([]);
  }, 30_000);
});
