// The page of the playground: reads the form, lets the library simulate, draws what comes out. State is in the address.
import uPlot from 'uplot';
import { Retrying, retryIf, stop, wait, type RetryOptions } from 'tenax';
import { lintPolicy, simulate, simulateFleet } from 'tenax/simulation';

class ServiceError extends Error {
  override readonly name = 'ServiceError';
}

const element = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;
const form = element<HTMLFormElement>('policy');

/** The fields of the form by name; what is checked reads as 'on'. */
const fields = (): Record<string, string> =>
  Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));

function waitOf({ wait: kind = 'none', ...field }: Record<string, string>) {
  const [initial, max, jitter] = [Number(field.initial), Number(field.max), Number(field.jitter)];
  const strategies = {
    none: () => wait.none(),
    fixed: () => wait.fixed(initial),
    fibonacci: () => wait.fibonacci({ initial, max }),
    exponential: () => wait.exponential({ initial, max }),
    exponentialJitter: () => wait.exponentialJitter({ initial, max, jitter: initial }),
    fullJitter: () => wait.fullJitter({ initial, max }),
    decorrelatedJitter: () => wait.decorrelatedJitter({ base: initial, max }),
  };
  const strategy = (strategies[kind as keyof typeof strategies] ?? strategies.none)();
  return jitter > 0 ? strategy.withJitter(jitter) : strategy;
}

const conditions = {
  named: retryIf.exceptionType(ServiceError),
  any: retryIf.exception(),
  not: retryIf.notExceptionType(TypeError),
};

function policyOf(field: Record<string, string>): RetryOptions {
  return {
    stop: stop.afterAttempt(Number(field.attempts)),
    wait: waitOf(field),
    retryIf: conditions[field.retryIf as keyof typeof conditions] ?? conditions.named,
    ...(field.deadline ? { deadline: Number(field.deadline) } : {}),
  };
}

const time = (ms: number): string =>
  ms === Infinity ? 'for ever' : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

const color = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const plots = new Map<string, uPlot>();

function draw(id: string, data: uPlot.AlignedData, label: string, series: uPlot.Series[]): void {
  const target = element(id);
  plots.get(id)?.destroy();
  const axis = { stroke: color('soft'), grid: { stroke: color('line'), width: 1 }, ticks: { stroke: color('line') } };
  const options: uPlot.Options = {
    width: target.clientWidth,
    height: 210,
    scales: { x: { time: false } },
    axes: [{ ...axis, label, labelSize: 18, size: 34 }, axis],
    series: [{ label: 's' }, ...series],
  };
  plots.set(id, new uPlot(options, data, target));
}

/** Counts in 40 equal steps from 0 to the most. */
function histogram(values: readonly number[]): [number[], number[]] {
  const finite = values.filter(Number.isFinite);
  const step = (Math.max(...finite, 1) * 1.0001) / 40;
  const counts = new Array<number>(40).fill(0);
  for (const value of finite) counts[Math.floor(value / step)] = (counts[Math.floor(value / step)] ?? 0) + 1;
  return [counts.map((_, i) => ((i + 0.5) * step) / 1000), counts];
}

function showTimeline(timeline: Awaited<ReturnType<typeof simulate>>['timeline']): void {
  const end = Math.max(1, timeline.at(-1)?.end ?? 1);
  const place = (from: number, to: number): string => `left:${(from / end) * 100}%;width:${((to - from) / end) * 100}%`;
  element('timeline').replaceChildren(
    ...timeline.slice(0, 40).map((entry) => {
      const item = document.createElement('li');
      const ending = entry.outcome.failed ? 'failed' : 'succeeded';
      item.innerHTML = `<span>${entry.attemptNumber}. at ${time(entry.start)}</span><div class="track"><span class="${ending}" style="${place(entry.start, entry.end)}"></span><span class="waited" style="${place(entry.end, entry.end + entry.wait)}"></span></div>`;
      item.title = `attempt ${entry.attemptNumber} ${ending}${entry.wait > 0 ? `, then waited ${time(entry.wait)}` : ''}`;
      return item;
    }),
  );
}

let round = 0;

async function show(): Promise<void> {
  const mine = (round += 1);
  if (!form.checkValidity()) return;
  const field = fields();
  history.replaceState(undefined, '', `#${new URLSearchParams(field).toString()}`);
  try {
    const policy = policyOf(field);
    const code = String(new Retrying(policy))
      .replace(/^new Retrying\(\{ /, '@Retry({\n  ')
      .replace(/ \}\)$/, ',\n})');
    element('code').textContent = code.replaceAll(/, (?=(wait|retryIf|deadline):)/g, ',\n  ');
    element('findings').replaceChildren(
      ...lintPolicy(policy).map(({ message }) => Object.assign(document.createElement('li'), { textContent: message })),
    );
    const failure = Number(field.failure);
    const simulation = await simulate(policy, {
      outcomes: (_attempt, random) => (random() < failure ? new ServiceError('503') : 'fine'),
      attemptDuration: Number(field.duration),
      seed: 8, // whose first call fails now and then
    });
    const clients = Number(field.clients);
    const outage = Number(field.outage) * 1000;
    const fleet = await simulateFleet(policy, {
      clients,
      spread: 60_000,
      server: {
        capacity: Number(field.capacity),
        latency: Number(field.duration),
        outage: { from: 10_000, to: 10_000 + outage },
      },
      error: new ServiceError('503'),
      ...(field.budget ? { budget: { ratio: 0.2, minPerSecond: 1 } } : {}),
    });
    if (mine !== round) return;
    element('mistake').textContent = '';
    showTimeline(simulation.timeline);
    const { totalWait, attempts, worstCase } = simulation;
    const figures = [
      ['median wait', time(totalWait.p50)], ['95 %', time(totalWait.p95)], ['worst case', time(worstCase)],
      ['attempts, median', String(attempts.p50)], ['most', String(attempts.max)],
    ]; // prettier-ignore
    element('figures').innerHTML = figures
      .map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`)
      .join('');
    draw('waits', histogram(simulation.totalWaits), 'seconds of waiting', [
      {
        label: 'calls',
        stroke: color('accent'),
        fill: `${color('accent')}55`,
        ...(uPlot.paths.bars === undefined ? {} : { paths: uPlot.paths.bars({ size: [0.9] }) }),
      },
    ]);
    const seconds = fleet.load.map((_, i) => i);
    draw('fleet', [seconds, [...fleet.load], [...fleet.served]], 'seconds', [
      { label: 'requests', stroke: color('bad'), width: 2 },
      { label: 'served', stroke: color('good'), width: 2 },
    ]);
    element('fleet-figures').textContent =
      `${fleet.requests} requests for ${clients} calls (× ${fleet.amplification.toFixed(2)}), at most ${fleet.peak} a second; ` +
      `${fleet.succeeded} succeeded, ${fleet.failed} given up.`;
    document.body.dataset.shown = String(mine);
  } catch (error) {
    element('mistake').textContent = (error as Error).message;
  }
}

/** Puts the address's state into the form. */
function restore(): void {
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement && field.type === 'checkbox') field.checked = value === 'on';
    else if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value;
  }
}

function copies(button: string, what: () => string, said: string): void {
  element(button).addEventListener('click', () => {
    void navigator.clipboard.writeText(what()).then(
      () => (element('said').textContent = said),
      () => (element('said').textContent = 'the browser does not allow it; copy the address bar'),
    );
  });
}

copies('copy', () => element('code').textContent ?? '', 'copied');
copies('share', () => location.href, 'the link is copied');
let later: ReturnType<typeof setTimeout>;
form.addEventListener('input', () => {
  clearTimeout(later);
  later = setTimeout(() => void show(), 150);
});
form.addEventListener('submit', (event) => event.preventDefault());
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => void show());
addEventListener('resize', () => void show());
addEventListener('hashchange', () => {
  restore();
  void show();
});
restore();
void show();
