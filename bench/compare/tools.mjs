import { createServer } from 'node:http';

export const after = (ms) => new Promise((resolve) => void setTimeout(resolve, ms));

export const timersNow = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

/** A real server on loopback; `answer` is called for each request with its ordinal and its body. */
export async function serve(answer) {
  const seen = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({
        method: request.method,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
        at: performance.now(),
      });
      answer(response, seen.length, request);
    });
  });
  await new Promise((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    seen,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
