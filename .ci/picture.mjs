// Records `npm start` on a terminal and draws it as docs/start.svg, an animated picture at half speed; docs/start.png is a
// still of it (Chromium). Needs util-linux' `script`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const COLUMNS = 100;
const ROWS = 5;
const SLOWER = 2;
const HOLD = 4; // seconds at the end
const folder = mkdtempSync(join(tmpdir(), 'tenax-picture-'));
const log = join(folder, 'log');
const times = join(folder, 'times');
execFileSync('script', [
  ...['-qefc', `stty cols ${COLUMNS} rows 26; npm start --silent -- --out items.ndjson`],
  ...['-O', log, '-T', times, '--logging-format', 'classic'],
], { stdio: 'ignore', cwd: process.cwd() }); // prettier-ignore

/** What a terminal shows: lines, a cursor, and the few sequences that log-update writes. */
class Screen {
  lines = [''];
  row = 0;
  column = 0;
  write(text) {
    // eslint-disable-next-line no-control-regex
    for (const [piece, count, letter] of text.matchAll(/\u001b\[[?]?(\d*)([A-Za-z])|[\s\S]/gu)) {
      if (letter !== undefined) this.control(letter, Number(count || 0), piece);
      else if (piece === '\r') this.column = 0;
      else if (piece === '\n') this.lines[(this.row += 1)] ??= '';
      else {
        const line = [...this.lines[this.row].padEnd(this.column)];
        line[this.column] = piece;
        this.column += 1;
        this.lines[this.row] = line.join('');
      }
    }
  }
  control(letter, count, piece) {
    if (letter === 'A') this.row = Math.max(0, this.row - (count || 1));
    if (letter === 'B') for (let i = 0; i < (count || 1); i += 1) this.lines[(this.row += 1)] ??= '';
    if (letter === 'G') this.column = Math.max(0, count - 1);
    if (letter === 'K')
      this.lines[this.row] = count === 2 ? '' : [...this.lines[this.row]].slice(0, this.column).join('');
    if (letter === 'J' && !piece.includes('?')) this.lines.length = this.row + 1;
  }
}

// The header and the footer of `script` are not part of what was written.
const recorded = readFileSync(log).subarray(readFileSync(log).indexOf('\n') + 1);
const screen = new Screen();
const decoder = new TextDecoder();
const frames = [];
let at = 0;
let offset = 0;
for (const line of readFileSync(times, 'utf8').trim().split('\n')) {
  const [seconds, bytes] = line.split(' ').map(Number);
  at += seconds;
  screen.write(decoder.decode(recorded.subarray(offset, offset + bytes), { stream: true }));
  offset += bytes;
  const text = screen.lines.join('\n').trimEnd();
  if (text !== '' && text !== frames.at(-1)?.text) frames.push({ at, text });
}
const first = frames[0].at;
for (const frame of frames) frame.at = (frame.at - first) * SLOWER + 0.8;
const length = frames.at(-1).at + HOLD;

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
/** Long lines break between words. */
const wrap = (text) =>
  text
    .split('\n')
    .flatMap(
      (line) => line.match(new RegExp(`.{1,${COLUMNS}}(?=\\s|$)`, 'gu'))?.map((part) => part.trimStart()) ?? [''],
    );
const percent = (time) => ((time / length) * 100).toFixed(2);
const draw = ({ text }) =>
  wrap(text).map((line, i) => `<text x="20" y="${82 + i * 22}" xml:space="preserve">${escape(line)}</text>`).join(''); // prettier-ignore
const styles = frames.map(({ at: from }, i) => {
  const to = frames[i + 1]?.at ?? length;
  const last = i === frames.length - 1;
  return `@keyframes f${i}{0%,${percent(from)}%{visibility:hidden}${percent(from)}%,${percent(to)}%{visibility:visible}${last ? '' : `${percent(to)}%,100%{visibility:hidden}`}}#f${i}{animation:f${i} ${length.toFixed(1)}s step-end infinite}`;
});
const height = 60 + ROWS * 22;
writeFileSync(
  'docs/start.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 ${height}" role="img" aria-label="npm start reads 2,522 items through an API that returns 429, 502 and 503 and drops connections">
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#e6e6e6}.p{fill:#4fd1a5}@media (prefers-reduced-motion:no-preference){.f{visibility:hidden}${styles.join('')}}@media (prefers-reduced-motion:reduce){.f{visibility:hidden}.f:last-child{visibility:visible}}</style>
<rect width="880" height="${height}" rx="10" fill="#16181d"/><circle cx="22" cy="20" r="6" fill="#ff5f57"/><circle cx="42" cy="20" r="6" fill="#febc2e"/><circle cx="62" cy="20" r="6" fill="#28c840"/>
<text x="20" y="56"><tspan class="p">$</tspan> npm start</text>
${frames.map((frame, i) => `<g class="f" id="f${i}">${draw(frame)}</g>`).join('\n')}
</svg>
`,
);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 880, height }, deviceScaleFactor: 2 });
await page.emulateMedia({ reducedMotion: 'reduce' });
await page.setContent(`<style>body{margin:0}</style>${readFileSync('docs/start.svg', 'utf8')}`);
await page.screenshot({ path: 'docs/start.png', omitBackground: true });
await browser.close();
console.log(`docs/start.svg: ${frames.length} frames, ${length.toFixed(1)} s`);
