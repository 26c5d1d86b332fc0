import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compileFunction } from 'node:vm';
import { chromium, type Browser, type Page } from 'playwright-core';
import ts from 'typescript';
import { Retrying } from 'tenax';
import { policyFromJSON } from 'tenax/json';

const ROOT = join(__dirname, '../..');
const CHROMIUM = '/usr/bin/chromium';
const built = existsSync(join(ROOT, 'dist/esm/index.js'));
const found = existsSync(CHROMIUM) && built;
if (!found && process.env.TENAX_REQUIRE_SERVERS === '1') {
  throw new Error(built ? `there is no ${CHROMIUM}` : 'the package is not built: npm run build');
}

class ServiceError extends Error {}

// A real browser, so real time.
(found ? describe : describe.skip)('the playground in Chromium', () => {
  let server: ChildProcess;
  let browser: Browser;
  let page: Page;
  let url: string;
  const errors: string[] = [];

  beforeAll(async () => {
    // What `npm run playground` does after the build.
    server = spawn(process.execPath, ['.ci/playground.mjs'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await new Promise<string[]>((resolve, reject) => {
      createInterface({ input: server.stdout! }).once('line', (text) => resolve([text]));
      server.once('exit', (code) => reject(new Error(`the playground ended with ${code}`)));
    });
    url = /http:\S+/.exec(line!)![0];
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync',
      ], // prettier-ignore
    });
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    server.kill('SIGINT');
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
  const field = (name: string) => page.getByLabel(name, { exact: true });
  const preset = (title: string) => change(() => page.getByLabel('Compare').selectOption({ label: title }));
  const findings = (side: string) => page.locator(`#findings-${side} li`).allTextContents();
  /** A row of a table as numbers: A and B. */
  const figure = async (name: string): Promise<number[]> => {
    const cells = await page.locator(`tr:has(th:text-is("${name}")) td`).allTextContents();
    return cells.map((text) => Number(text.replace(/[^\d.]/g, '')));
  };
  const screenshot = async (name: string): Promise<void> => {
    if (process.env.TENAX_SCREENSHOTS === undefined) return;
    await page.screenshot({ path: join(process.env.TENAX_SCREENSHOTS, `${name}.png`), fullPage: true });
  };

  test('opens with the herd: jitter saves most calls that come back together without it', async () => {
    await open();
    const [herd, jitter] = await figure('calls that succeeded');
    expect(herd).toBeLessThan(500);
    expect(jitter).toBeGreaterThan(900);
    expect(await page.textContent('#verdict')).toMatch(/^A: \d+ of 1,000 calls succeed .* B: \d+ succeed/);
    expect(await page.locator('.plot canvas').count()).toBe(2);
    // Something is drawn, and the outage is shaded.
    const drawn = await page.locator('.plot canvas').evaluateAll((canvases) =>
      canvases.map((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
        return data.some((value) => value !== 0);
      }),
    );
    expect(drawn).toEqual([true, true]);
    expect(await page.locator('#timeline-a li').count()).toBeGreaterThan(0);
    expect(await page.locator('#timeline-b li').count()).toBeGreaterThan(0);
    await screenshot('light');
    expect(errors).toEqual([]);
  }, 30_000);

  test('shows findings, and says where there is none', async () => {
    await open();
    expect(await findings('a')).toEqual([expect.stringMatching(/^no-jitter calls that fail together/)]);
    expect(await findings('b')).toEqual(['nothing found']);
    await change(() => field('B: strategy').selectOption('none'));
    expect(await findings('b')).toEqual([expect.stringMatching(/^no-wait failures are retried at once/)]);
  }, 30_000);

  test('a breaker spares the server and a budget bounds the retries during an outage', async () => {
    await open();
    await preset('Circuit breaker: without and with it');
    const [bare, broken] = await figure('requests per call');
    expect(bare).toBeGreaterThan(1.5);
    expect(broken).toBeLessThan(1);
    await preset('Retry budget: without and with it');
    const [, bounded] = await figure('requests per call');
    expect(bounded).toBeLessThan(1.3);
    await preset('Limit, breaker and budget together');
    expect((await figure('requests per call'))[1]).toBeLessThan(1.3);
    await page.getByText('TypeScript').click();
    expect(await page.textContent('#code')).toContain(
      'limiter: [new TokenBucket({ rate: 190 }), new ConcurrencyLimiter({ limit: 100 })],\n' +
        '  breaker: new CircuitBreaker({ failures: 5, breakFor: wait.fixed(2000) }),\n' +
        '  budget: new RetryBudget({ ratio: 0.2, minPerSecond: 1 }),',
    );
    await page.getByText('JSON', { exact: true }).click();
    await page.locator('#json-note').waitFor();
    expect(errors).toEqual([]);
  }, 60_000);

  test('the copied code runs, and the copied JSON is read back', async () => {
    await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await preset('Limit, breaker and budget together');
    const copied = async (): Promise<string> => {
      await page.getByText('Copy', { exact: true }).click();
      await page.waitForFunction(() => document.getElementById('said')?.textContent === 'copied');
      return page.evaluate(() => navigator.clipboard.readText());
    };
    const { outputText } = ts.transpileModule(await copied(), {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const exported: { policy?: Retrying } = {};
    // The copied module imports tenax alone.
    compileFunction(outputText, ['require', 'exports'])(require, exported);
    expect(await exported.policy!.run(async () => 'ran')).toBe('ran');

    await change(() => page.getByText('JSON', { exact: true }).click());
    const options = policyFromJSON(JSON.parse(await copied()), { exceptionTypes: { ServiceError } });
    expect(String(new Retrying(options))).toBe(
      'new Retrying({ stop: stop.afterAttempt(8), wait: wait.fullJitter({ initial: 500, max: 20000 }), ' +
        'retryIf: retryIf.exceptionType(ServiceError) })',
    );
  }, 60_000);

  test('works by keyboard, and shows the values of its sliders', async () => {
    await open();
    await page.getByLabel('Compare').focus();
    await change(async () => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).name)).toBe('a.attempts');
      await page.keyboard.press('ArrowUp');
    });
    await change(() => page.getByText('A', { exact: true }).last().click());
    expect(await page.textContent('#code')).toContain('stop.afterAttempt(9)');
    expect(await page.locator('option:checked', { hasText: 'your own' }).count()).toBe(1);
    await change(() => field('A: withJitter').fill('0.5'));
    expect(await page.locator('output').allTextContents()).toEqual(['50 %', '0 %', '60 %']);
    expect(await page.textContent('#code')).toContain('.withJitter(0.5)');
    expect(errors).toEqual([]);
  }, 30_000);

  test('marks invalid input with a message and keeps the last results until it is right', async () => {
    await open();
    await field('A: attempts').fill('0');
    const message = page.locator('[id="a.attempts-message"]');
    await message.getByText('a whole number from 1 to 100').waitFor();
    expect(await field('A: attempts').getAttribute('aria-invalid')).toBe('true');
    await page.getByRole('alert').getByText('correct the marked field').waitFor();
    await screenshot('invalid');
    await change(() => field('A: attempts').fill('3'));
    expect(await message.textContent()).toBe('');
    expect(await page.getByRole('alert').textContent()).toBe('');
    expect(await field('A: attempts').getAttribute('aria-invalid')).toBe(null);
    expect(errors).toEqual([]);
  }, 30_000);

  test('marks the field that the library refuses, with its message', async () => {
    await open({}, '#b.wait=decorrelatedJitter&b.initial=500&b.max=100');
    const message = await page.locator('[id^="b."][id$="-message"]:not(:empty)').allTextContents();
    expect(message).toEqual([expect.stringContaining('max')]);
    await change(() => field('B: max, ms').fill('2000'));
    expect(await page.getByRole('alert').textContent()).toBe('');
  }, 60_000);

  test('a link to it brings back both policies', async () => {
    await open();
    await change(() => field('A: strategy').selectOption('fibonacci'));
    await change(() => field('B: budget, %').fill('20'));
    const code = await page.textContent('#code');
    const hash = new URL(page.url()).hash;
    expect(hash).toBe('#a.wait=fibonacci&b.budget=20');
    await page.context().close();
    await open({}, hash);
    expect(await page.textContent('#code')).toBe(code);
    expect(await field('A: strategy').inputValue()).toBe('fibonacci');
  }, 30_000);

  test('draws a deadline', async () => {
    await open({}, '#a.deadline=400');
    expect(await page.textContent('#deadline-a')).toBe('deadline 400 ms');
    expect(await page.textContent('#deadline-b')).toBe('');
  }, 30_000);

  test('on a phone the results come first, for the eye and for the keyboard', async () => {
    await open({ viewport: { width: 390, height: 844 }, colorScheme: 'dark', deviceScaleFactor: 2 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
    expect(await page.evaluate(() => document.getElementById('main')?.firstElementChild?.id)).toBe('results');
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(20, 23, 26)');
    await page.getByRole('button', { name: 'Change the policies' }).click();
    expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).name)).toBe('a.attempts');
    await screenshot('phone-dark');
    expect(errors).toEqual([]);
  }, 30_000);
});
