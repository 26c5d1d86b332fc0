// A server that sends the events of OpenAI and Anthropic, and breaks off as it is told.
import { createServer } from 'node:http';

/** Sends each event as both APIs do. */
const write = (response, event) => response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);

/**
 * Each request takes one step of the script: `{ status }`, `{ drop: true }`, or `{ events, then }`, where `then` is 'end'
 * (default), 'cut' or 'hang'. The requests are kept, and how many of their answers are open.
 */
export async function startServer() {
  const served = { script: [], requests: [], open: 0 };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    served.requests.push({ url: request.url, body: body === '' ? undefined : JSON.parse(body) });
    served.open += 1;
    response.once('close', () => (served.open -= 1));
    const { status = 200, drop, events = [], then = 'end' } = served.script.shift() ?? { status: 418 };
    if (drop) request.socket.destroy();
    else if (status !== 200) response.writeHead(status, { 'Retry-After': '0' }).end('{}');
    else {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
      for (const event of events) {
        write(response, event);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      if (then === 'end') response.end();
      // What was sent is read before the connection is lost.
      else if (then === 'cut') setTimeout(() => response.destroy(), 30);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(served, {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => server.close() && server.closeAllConnections(),
  });
}

const TEXT = ['Rayleigh ', 'scattering ', 'of ', 'sunlight.'];
export const text = TEXT.join('');

/** The events of one response of OpenAI's, in order, after the one with this number. */
export function openaiEvents(after = -1) {
  const response = { id: 'resp_1', object: 'response', status: 'in_progress', output: [] };
  const usage = { input_tokens: 5, output_tokens: 4, total_tokens: 9 };
  return [
    { type: 'response.created', response },
    { type: 'response.in_progress', response },
    { type: 'response.output_item.added', output_index: 0, item: { type: 'message', id: 'msg_1', content: [] } },
    ...TEXT.map((delta) => ({ type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, delta })),
    { type: 'response.completed', response: { ...response, status: 'completed', usage } },
  ]
    .map((event, sequence_number) => ({ ...event, sequence_number }))
    .slice(after + 1);
}

/** The events of one message of Anthropic's with this text. */
export function anthropicEvents(parts = TEXT) {
  const usage = { input_tokens: 9, output_tokens: 1 };
  return [
    { type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', content: [], usage } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    ...parts.map((part) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: part } })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 17 } },
    { type: 'message_stop' },
  ];
}

export const OVERLOADED = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
export const parts = TEXT;
