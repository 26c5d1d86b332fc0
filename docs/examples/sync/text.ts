import type { Progress } from './progress';
import type { Retry } from './retries';

const number = (value: number): string => value.toLocaleString('en-US');
const count = (value: number, one: string): string => `${number(value)} ${one}${value === 1 ? '' : 's'}`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** `429: asks for 1.0 s`, or `503 on page 17, try 2 in 0.4 s`. */
export function describeRetry({ kind, page, attempt, delay, asked }: Retry): string {
  const where = page === undefined ? kind : `${kind} on page ${page}`;
  return asked ? `${where}: asks for ${seconds(asked)}` : `${where}, try ${attempt} in ${seconds(delay)}`;
}

/** `3 × 429, 5 × 503, 2 dropped connections` */
export function describeSurvived(survived: ReadonlyMap<string, number>): string {
  const parts = [...survived].sort(([one], [other]) => (one < other ? -1 : 1));
  return parts
    .map(([kind, times]) => (/^\d/.test(kind) ? `${number(times)} × ${kind}` : count(times, kind)))
    .join(', ');
}

export const describeItems = (items: number): string => count(items, 'item');

/** What has been done, as `2,522 items in 52 pages`. */
export const describeDone = ({ items, pages }: Progress): string =>
  `${count(items, 'item')} in ${count(pages, 'page')}`;

/** The line at the end. */
export function summary(progress: Progress, file: string): string {
  const all = progress.before > 0 ? ` (${count(progress.before + progress.items, 'item')} with those before)` : '';
  const parts = [`${describeDone(progress)} → ${file}${all} in ${seconds(progress.seconds * 1000)}`];
  if (progress.survived.size > 0) parts.push(`survived ${describeSurvived(progress.survived)}`);
  return [...parts, `${percent(progress.share)} of the allowed rate`].join('; ');
}

/** One line on a run in progress, for a log. */
export function progressLine(progress: Progress): string {
  const items = progress.before + progress.items;
  const of = progress.total === undefined ? '' : ` of ${number(progress.total)}`;
  return `${number(items)}${of} items, ${count(progress.pages, 'page')}, ${percent(progress.share)} of the allowed rate`;
}

/** The lines of a run in progress, for a terminal of so many columns. */
export function liveLines(progress: Progress, columns: number): string[] {
  const { pages, requests, total, survived, last } = progress;
  const items = progress.before + progress.items;
  const perSecond = (value: number): number => Math.round(value / Math.max(progress.seconds, 0.1));
  const lines = [
    total === undefined
      ? count(items, 'item')
      : `${bar(items / Math.max(total, items, 1), Math.min(40, columns - 30))} ${number(items)} of ${number(total)} items`,
    `${count(pages, 'page')} · ${count(perSecond(progress.items), 'item')}/s · ${count(perSecond(requests), 'request')}/s, ${percent(progress.share)} of the allowed rate`,
  ];
  if (survived.size > 0) lines.push(`met ${describeSurvived(survived)}`);
  if (last !== undefined) lines.push(`last: ${describeRetry(last)}`);
  return lines;
}

function bar(share: number, width: number): string {
  const full = Math.floor(share * Math.max(width, 10));
  return '█'.repeat(full) + '░'.repeat(Math.max(width, 10) - full);
}

/** The figures of a run, for programs. */
export const figures = (progress: Progress, file: string): string =>
  JSON.stringify({
    items: progress.items,
    itemsBefore: progress.before,
    pages: progress.pages,
    requests: progress.requests,
    seconds: Number(progress.seconds.toFixed(3)),
    survived: Object.fromEntries(progress.survived),
    share: Number(progress.share.toFixed(4)),
    file,
  });
