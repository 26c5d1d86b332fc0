// Comes before a recipe: no request leaves the process, the answers come from answers.mjs, and at the end all were asked for.
import assert from 'node:assert/strict';
import { http, passthrough } from 'msw';
import { setupServer } from 'msw/node';
import { ANSWERS } from './answers.mjs';

const [heading, index] = JSON.parse(process.env.TENAX_RECIPE);
const answers = ANSWERS[heading]?.[index];
console.assert = assert;

if (answers !== undefined) {
  let asked = 0;
  const requests = [];
  setupServer(
    http.all('*', ({ request }) => {
      if (new URL(request.url).hostname === '127.0.0.1') return passthrough();
      requests.push(`${request.method} ${request.url}`);
      const answer = answers[asked];
      asked += 1;
      assert.ok(answer, `one request too many: ${requests.join(', ')}`);
      return answer(request);
    }),
  ).listen({ onUnhandledRequest: 'error' });
  process.on('exit', (code) => {
    if (code === 0) assert.equal(asked, answers.length, `asked for ${requests.join(', ')}`);
  });
}
