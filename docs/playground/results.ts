// Draws what the simulations of A and B returned.
import uPlot from 'uplot';
import { draw, histograms } from './charts.js';
import { SIDES, type Side, type Values } from './fields.js';
import type { Choice } from './policy.js';
import { outageOf, type Result } from './simulation.js';
import { color, count, element, make, time } from './text.js';

export type Pair<T> = Readonly<Record<Side, T>>;

const NAMES: Pair<string> = { a: 'A', b: 'B' };

const seriesOf = (side: Side, options: Partial<uPlot.Series> = {}): uPlot.Series => ({
  label: NAMES[side],
  stroke: color(side),
  fill: `${color(side)}33`,
  width: 2,
  points: { show: false },
  ...options,
});

export function showFleet(results: Pair<Result>, values: Values): void {
  const loads = SIDES.map((side) => results[side].fleet.load);
  const length = Math.max(...loads.map((load) => load.length), 1) + 1;
  const seconds = Array.from({ length }, (_, i) => i);
  const padded = loads.map((load) => seconds.map((i) => load[i] ?? 0));
  const outage = outageOf(values);
  const capacity = Number(values.capacity);
  draw(
    'fleet',
    [seconds, ...padded],
    { x: 'seconds', y: 'requests per second' },
    SIDES.map((side) => seriesOf(side)),
    {
      band: outage && { ...outage, label: 'outage' },
      across: [{ at: capacity, label: `capacity ${count(capacity)}/s` }],
    },
  );
  const [a, b] = SIDES.map((side) => results[side].fleet);
  if (a !== undefined && b !== undefined) {
    element('verdict').textContent =
      `A: ${count(a.succeeded)} of ${count(a.succeeded + a.failed)} calls succeed with ${count(a.requests)} requests. ` +
      `B: ${count(b.succeeded)} succeed with ${count(b.requests)}.`;
  }
}

const FIGURES: Readonly<Record<string, (result: Result) => string>> = {
  'requests sent': ({ fleet }) => count(fleet.requests),
  'requests per call': ({ fleet }) => fleet.amplification.toFixed(2),
  'most in a second': ({ fleet }) => count(fleet.peak),
  'calls that succeeded': ({ fleet }) => count(fleet.succeeded),
  'calls given up': ({ fleet }) => count(fleet.failed),
  'last call ends after the outage by': ({ fleet }) => time(fleet.recovery),
};

const CALL_FIGURES: Readonly<Record<string, (result: Result) => string>> = {
  'total wait, median': ({ call }) => time(call.totalWait.p50),
  'total wait, 95 %': ({ call }) => time(call.totalWait.p95),
  'worst case': ({ call }) => time(call.worstCase),
  'attempts, median': ({ call }) => count(call.attempts.p50),
  'attempts, most': ({ call }) => count(call.attempts.max),
};

function table(id: string, figures: typeof FIGURES, results: Pair<Result>): void {
  const rows = Object.entries(figures).map(([name, figure]) => {
    const head = make('th', '', name);
    head.scope = 'row';
    return make('tr', '', head, ...SIDES.map((side) => make('td', '', figure(results[side]))));
  });
  element(id).replaceChildren(...rows);
}

export function showFigures(results: Pair<Result>): void {
  table('fleet-figures', FIGURES, results);
  table('call-figures', CALL_FIGURES, results);
}

export function showWaits(results: Pair<Result>, choices: Pair<Choice>): void {
  const waits = SIDES.map((side) => results[side].call.totalWaits);
  const bars = uPlot.paths.bars?.({ size: [0.95] });
  draw(
    'waits',
    histograms(waits),
    { x: 'seconds of waiting in a call', y: 'calls' },
    SIDES.map((side) => seriesOf(side, { width: 1, ...(bars === undefined ? {} : { paths: bars }) })),
    {
      up: SIDES.flatMap((side) => {
        const { deadline } = choices[side];
        return deadline === undefined ? [] : [{ at: deadline / 1000, label: `deadline of ${NAMES[side]}` }];
      }),
    },
  );
}

const MOST = 40;

export function showTimelines(results: Pair<Result>, choices: Pair<Choice>): void {
  const end = Math.max(1, ...SIDES.map((side) => results[side].call.timeline.at(-1)?.end ?? 1));
  const percent = (ms: number): string => `${(ms / end) * 100}%`;
  const bar = (kind: string, from: number, to: number): HTMLElement => {
    const made = make('span', kind);
    made.style.left = percent(from);
    made.style.width = percent(to - from);
    return made;
  };
  for (const side of SIDES) {
    const { timeline } = results[side].call;
    const { deadline } = choices[side];
    const items = timeline.slice(0, MOST).map((entry) => {
      const ending = entry.outcome.failed ? 'failed' : 'succeeded';
      const track = make('div', 'track', bar(ending, entry.start, entry.end));
      if (entry.wait > 0) track.append(bar('waited', entry.end, entry.end + entry.wait));
      if (deadline !== undefined && deadline <= end) track.append(bar('deadline', deadline, deadline));
      const said = `${entry.attemptNumber}. at ${time(entry.start)}`;
      const item = make('li', '', make('span', '', said), track, make('span', 'hidden', ending));
      item.title = `attempt ${entry.attemptNumber} ${ending}${entry.wait > 0 ? `, then waits ${time(entry.wait)}` : ''}`;
      return item;
    });
    if (timeline.length > MOST) items.push(make('li', '', `and ${count(timeline.length - MOST)} more`));
    element(`timeline-${side}`).replaceChildren(...items);
    element(`deadline-${side}`).textContent = deadline === undefined ? '' : `deadline ${time(deadline)}`;
  }
}

export function showFindings(results: Pair<Result>): void {
  for (const side of SIDES) {
    const { findings } = results[side];
    const items = findings.map(({ code, message }) => make('li', 'found', make('code', '', code), ` ${message}`));
    element(`findings-${side}`).replaceChildren(...(items.length > 0 ? items : [make('li', 'clean', 'nothing found')]));
  }
}
