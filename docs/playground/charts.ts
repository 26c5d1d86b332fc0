// The plots: the load on the server, with the outage shaded, and the spread of the waits.
import uPlot from 'uplot';
import { color, element } from './text.js';

/** What is drawn besides the series, in units of the axes. */
export interface Marks {
  readonly band?: { readonly from: number; readonly to: number; readonly label: string } | undefined;
  /** Lines across, such as a capacity. */
  readonly across?: readonly { readonly at: number; readonly label: string }[];
  /** Lines up, such as a deadline. */
  readonly up?: readonly { readonly at: number; readonly label: string }[];
}

const plots = new Map<string, uPlot>();

function write(u: uPlot, text: string, x: number, y: number, tint: string): void {
  const { ctx } = u;
  ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  ctx.fillStyle = color(tint);
  ctx.fillText(text, Math.min(x, u.bbox.left + u.bbox.width - ctx.measureText(text).width - 4), y);
}

function line(u: uPlot, from: readonly [number, number], to: readonly [number, number], tint: string): void {
  const { ctx } = u;
  ctx.beginPath();
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.strokeStyle = color(tint);
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
  ctx.setLineDash([]);
}

function shade(u: uPlot, { band }: Marks): void {
  if (band === undefined) return;
  const left = Math.max(u.bbox.left, u.valToPos(band.from, 'x', true));
  const right = Math.min(u.bbox.left + u.bbox.width, u.valToPos(band.to, 'x', true));
  if (right <= left) return;
  u.ctx.fillStyle = color('shade');
  u.ctx.fillRect(left, u.bbox.top, right - left, u.bbox.height);
  write(u, band.label, left + 4 * devicePixelRatio, u.bbox.top + 14 * devicePixelRatio, 'soft');
}

function lines(u: uPlot, { across = [], up = [] }: Marks): void {
  const { left, top, width, height } = u.bbox;
  for (const { at, label } of across) {
    const y = u.valToPos(at, 'y', true);
    if (y < top || y > top + height) continue;
    line(u, [left, y], [left + width, y], 'good');
    write(u, label, left + width, y - 5 * devicePixelRatio, 'good');
  }
  for (const [i, { at, label }] of up.entries()) {
    const x = u.valToPos(at, 'x', true);
    if (x < left || x > left + width) continue;
    line(u, [x, top], [x, top + height], 'ink');
    write(u, label, x + 4 * devicePixelRatio, top + (14 + 16 * i) * devicePixelRatio, 'ink');
  }
}

/** Draws a plot into the element `id`, in place of the one that was there. */
export function draw(
  id: string,
  data: uPlot.AlignedData,
  axes: { readonly x: string; readonly y: string },
  series: readonly uPlot.Series[],
  marks: Marks = {},
): void {
  const target = element(id);
  plots.get(id)?.destroy();
  const axis = {
    stroke: color('soft'),
    grid: { stroke: color('line'), width: 1 },
    ticks: { stroke: color('line') },
    labelFont: '12px system-ui, sans-serif',
    labelSize: 18,
  };
  const reach = Math.max(0, ...(marks.across ?? []).map(({ at }) => at));
  const plot = new uPlot(
    {
      width: target.clientWidth,
      height: target.clientWidth < 480 ? 200 : 260,
      scales: {
        x: { time: false },
        // The lines across are in sight.
        y: { range: (_u, _min, max) => [0, Math.max(max, reach) * 1.08 || 1] },
      },
      axes: [
        { ...axis, label: axes.x, size: 34 },
        { ...axis, label: axes.y, size: 52 },
      ],
      series: [{ label: axes.x }, ...series],
      hooks: { drawClear: [(u) => shade(u, marks)], draw: [(u) => lines(u, marks)] },
    },
    data,
    target,
  );
  plots.set(id, plot);
}

/** Counts of two lists in the same 40 equal steps, from 0 to the most of both. */
export function histograms(lists: readonly (readonly number[])[]): [number[], ...number[][]] {
  const step =
    (lists
      .flat()
      .filter(Number.isFinite)
      .reduce((most, each) => Math.max(most, each), 1) *
      1.0001) /
    40;
  const counts = lists.map((values) => {
    const counted = new Array<number>(40).fill(0);
    for (const value of values.filter(Number.isFinite)) counted[Math.floor(value / step)]! += 1;
    return counted;
  });
  return [Array.from({ length: 40 }, (_, i) => ((i + 0.5) * step) / 1000), ...counts];
}
