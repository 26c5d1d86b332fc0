import { existsSync } from 'node:fs';
import { FlakyServer } from 'tenax/testing';
import { fresh, itemsIn, start, type Ended } from './main-job';

export const PAGES = 30;
const ids = Array.from({ length: PAGES * 5 }, (_, i) => i);

export type Style = 'page' | 'link' | 'cursor';

/** An API of 150 items in pages of five; later pages may come first. */
export function apiOf(style: Style): Promise<FlakyServer> {
  return FlakyServer.start({
    handler: async (request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      // A cursor is not a number that could be counted.
      const page = Number(url.searchParams.get('cursor')?.slice(1) ?? url.searchParams.get('page') ?? 1);
      const items = ids.slice((page - 1) * 5, page * 5).map((id) => ({ id }));
      const next = page < PAGES ? `/items?${style === 'cursor' ? 'cursor=c' : 'page='}${page + 1}` : undefined;
      await new Promise((resolve) => setTimeout(resolve, 10 + ((page * 7) % 4) * 10));
      response.setHeader('content-type', 'application/json');
      if (style === 'link' && next !== undefined) response.setHeader('link', `<${next}>; rel="next"`);
      response.end(JSON.stringify(style === 'cursor' ? { results: items, next } : { items }));
    },
  });
}

interface Interruption {
  readonly signal: NodeJS.Signals;
  readonly style: Style;
  /** How many requests the API has had by then. */
  readonly at: number;
}

/** Ends the job on its way, then continues it: all items are there, once and in order. */
export async function interruptAndResume({ signal, style, at }: Interruption): Promise<Ended> {
  const server = await apiOf(style);
  try {
    const out = fresh();
    const args = ['--url', `${server.url}/items`, '--rate', '200', '--per-page', '5', '--out', out];
    const first = start(...args);
    while (server.requests.length < at) await new Promise((resolve) => setTimeout(resolve, 1));
    first.kill(signal);
    const interrupted = await first.ended;
    if (signal === 'SIGINT') expect(interrupted.code).toBe(130);
    else expect(interrupted.signal).toBe(signal);
    const before = existsSync(out) ? itemsIn(out).length : 0;
    // Before its first page there is no run to continue.
    const again = existsSync(`${out}.state.json`) ? [...args, '--resume'] : args;
    const requests = server.requests.length;

    const { code, output } = await start(...again).ended;
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(itemsIn(out)).toEqual(ids);
    expect(existsSync(`${out}.state.json`)).toBe(false);
    // What was there is not read again.
    expect(server.requests.length - requests).toBeLessThanOrEqual(PAGES + 8 - Math.floor(before / 5));
    return interrupted;
  } finally {
    await server.close();
  }
}
