// Draws docs/pictures/herd.svg: what a thousand clients do to a server after an outage, without jitter and with it, as
// simulateFleet says (npm run build comes first).
import { writeFileSync } from 'node:fs';
import { stop, wait } from 'tenax';
import { simulateFleet } from 'tenax/simulation';

const WIDTH = 640;
const HEIGHT = 400;
const LEFT = 28;
const TOP = 70;
const BOTTOM = HEIGHT - 46;
const SECONDS = 60;
const MOST = 1100;
const OUTAGE = 10;
const CAPACITY = 100;

const fleet = { clients: 1000, spread: 500, server: { capacity: CAPACITY, latency: 200, outage: { from: 0, to: OUTAGE * 1000 } } }; // prettier-ignore
const loadOf = async (strategy) =>
  (await simulateFleet({ stop: stop.afterAttempt(8), wait: strategy }, fleet)).load.slice(0, SECONDS);
const backoff = { initial: 500, max: 20_000 };
const herd = await loadOf(wait.exponential(backoff));
const spread = await loadOf(wait.fullJitter(backoff));

const x = (second) => (LEFT + (second / SECONDS) * (WIDTH - 2 * LEFT)).toFixed(1);
const y = (requests) => (BOTTOM - (Math.min(requests, MOST) / MOST) * (BOTTOM - TOP)).toFixed(1);
const area = (load, tint) => {
  const points = Array.from({ length: SECONDS }, (_, i) => `${x(i)},${y(load[i] ?? 0)}`).join(' ');
  return `<polygon points="${x(0)},${BOTTOM} ${points} ${x(SECONDS - 1)},${BOTTOM}" fill="${tint}" fill-opacity=".22"/><polyline points="${points}" fill="none" stroke="${tint}" stroke-width="2.5" stroke-linejoin="round"/>`;
};

writeFileSync(
  'docs/pictures/herd.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="Requests per second after an outage: without jitter they come back in waves far above the capacity, with jitter they spread">
<style>text{font:15px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:#3b434c}</style>
<rect width="${WIDTH}" height="${HEIGHT}" rx="14" fill="#f4f6f8"/>
<text x="${LEFT}" y="34" style="font-weight:600">1,000 calls fail together. When do they come back?</text>
<rect x="${x(0)}" y="${TOP}" width="${x(OUTAGE) - x(0)}" height="${BOTTOM - TOP}" fill="#b3261e" fill-opacity=".1"/><text x="${+x(0) + 8}" y="${TOP - 8}">outage</text>
${area(herd, '#b4500b')}
${area(spread, '#2f5fd0')}
<line x1="${x(0)}" x2="${x(SECONDS)}" y1="${y(CAPACITY)}" y2="${y(CAPACITY)}" stroke="#1a7f37" stroke-width="1.5" stroke-dasharray="6 4"/><text x="${x(SECONDS)}" y="${y(CAPACITY) - 7}" text-anchor="end">what the server can serve</text>
<line x1="${x(0)}" x2="${x(SECONDS)}" y1="${BOTTOM}" y2="${BOTTOM}" stroke="#9aa5b1"/>
<circle cx="${LEFT + 6}" cy="${HEIGHT - 20}" r="6" fill="#b4500b"/><text x="${LEFT + 18}" y="${HEIGHT - 15}">backoff without jitter</text>
<circle cx="${LEFT + 206}" cy="${HEIGHT - 20}" r="6" fill="#2f5fd0"/><text x="${LEFT + 218}" y="${HEIGHT - 15}">with jitter</text>
<text x="${x(SECONDS)}" y="${HEIGHT - 15}" text-anchor="end">${SECONDS} seconds</text>
</svg>
`,
);
console.log(`without jitter ${herd.join(' ')}\nwith jitter ${spread.join(' ')}`);
