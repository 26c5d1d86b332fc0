import mimeDb from 'mime-db';
import { FlakyServer, type FlakyServerOptions } from 'tenax/testing';

type Faults = FlakyServerOptions['faults'];

/** How bad the API of the job's own is. */
export const CHAOS: Readonly<Record<string, () => Faults>> = {
  calm: () => undefined,
  default: () => ({
    rate: 0.15,
    seed: 15,
    kinds: [503, 'drop', { status: 503, headers: { 'retry-after': '0' } }, 429, 502],
  }),
  hell: () => ({
    rate: 0.4,
    seed: 7,
    kinds: [
      500, 502, 503, 504, 429, 'drop', 'truncate', 'drop', 'truncate', 408,
      { status: 503, headers: { 'retry-after': '1' } },
      { status: 429, headers: { 'retry-after': '0.7' } },
      // The other form of Retry-After.
      { status: 429, headers: { 'retry-after': new Date(Date.now() + 2000).toUTCString() } },
      'stall',
    ],
  }),
}; // prettier-ignore

/** A real API on loopback: the entries of mime-db page by page, under a real rate limit, with seeded faults. */
export function startServer(rate: number, capacity: number, chaos: string): Promise<FlakyServer> {
  const entries = Object.entries(mimeDb).map(([type, entry]) => ({ type, ...entry }));
  return FlakyServer.start({
    // On a busy machine requests arrive closer together than they were sent.
    rateLimit: { rate, capacity: capacity * 2, retryAfter: 'seconds' },
    faults: CHAOS[chaos]?.(),
    handler: (request, response) => {
      const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
      const [page, perPage] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 100)];
      const items = entries.slice((page - 1) * perPage, page * perPage);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ items, total: entries.length }));
    },
  });
}
