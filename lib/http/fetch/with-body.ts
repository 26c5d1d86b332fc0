import { abandoned } from '../client/watch-stream.js';

/** Calls `ended` when the Node stream of an answer closes, or, for other bodies, when the answer is garbage-collected. */
export function watchForeign(answer: object, body: unknown, ended: () => void): void {
  const { once } = body as { once?: (event: 'close', listener: () => void) => void };
  if (typeof once === 'function') once.call(body, 'close', ended);
  else abandoned.register(answer, ended);
}

/** Returns the same answer with another body. It keeps the platform's own fields and those that a fetch wrapper added. */
export function withBody(response: Response, body: ReadableStream<Uint8Array>): Response {
  const { status, statusText, headers } = response;
  return keepFields(new Response(body, { status, statusText, headers }), response);
}

function keepFields(made: Response, from: Response): Response {
  const clone = (): Response => keepFields(Response.prototype.clone.call(made), from);
  const fields = { ...from, url: from.url, redirected: from.redirected, type: from.type, clone };
  for (const [key, value] of Object.entries(fields)) {
    Object.defineProperty(made, key, { value, writable: true, configurable: true });
  }
  return made;
}
