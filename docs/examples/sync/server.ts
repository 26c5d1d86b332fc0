import mimeDb from 'mime-db';
import { FlakyServer } from 'tenax/testing';

/** A real API on loopback: the entries of mime-db page by page, under a real rate limit, with seeded faults. */
export async function startServer(rate: number, capacity: number): Promise<FlakyServer> {
  const entries = Object.entries(mimeDb).map(([type, entry]) => ({ type, ...entry }));
  return FlakyServer.start({
    rateLimit: { rate, capacity, retryAfter: 'seconds' },
    faults: {
      rate: 0.15,
      seed: 7,
      kinds: [
        503,
        'drop',
        { status: 503, headers: { 'retry-after': '0' } },
        429,
        // The other form of Retry-After.
        { status: 429, headers: { 'retry-after': new Date(Date.now() + 1000).toUTCString() } },
      ],
    },
    handler: (request, response) => {
      const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
      const [page, perPage] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 100)];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ items: entries.slice((page - 1) * perPage, page * perPage), total: entries.length }),
      );
    },
  });
}
