// What the servers of the recipes respond, in order: first something that is worth a retry, then what the SDK wants.
import { HttpResponse } from 'msw';

const tooMany = (body = {}) => HttpResponse.json(body, { status: 429, headers: { 'retry-after': '0' } });
const down = (body = {}) => HttpResponse.json(body, { status: 503 });
const good = (body, init) => HttpResponse.json(body, init);

const question = {
  id: 'resp_1',
  object: 'response',
  output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Rayleigh scattering.' }] }],
  usage: { input_tokens: 5, output_tokens: 4, total_tokens: 9 },
};

/** By heading; for each block under it a list of functions, called in order. All of them must be used. */
export const ANSWERS = {
  openai: [[() => tooMany({ error: { message: 'slow down' } }), () => good(question)]],
  Anthropic: [
    [
      () =>
        HttpResponse.json(
          { type: 'error' },
          { status: 529, headers: { 'x-should-retry': 'true', 'retry-after': '0' } },
        ),
      () =>
        good({
          id: 'm',
          type: 'message',
          role: 'assistant',
          content: [],
          usage: { input_tokens: 9, output_tokens: 17 },
        }),
    ],
  ],
  octokit: [
    [
      () =>
        HttpResponse.json(
          { message: 'API rate limit exceeded' },
          {
            status: 403,
            headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(Date.now() / 1000)) },
          },
        ),
      () => good([{ title: 'An issue' }]),
    ],
  ],
  stripe: [[() => down({ error: { message: 'down' } }), () => good({ id: 'pi_1', object: 'payment_intent' })]],
  Slack: [[() => tooMany({ ok: false, error: 'ratelimited' }), () => good({ ok: true, ts: '1' })]],
  got: [[() => down(), () => good(['tea'])]],
  ky: [[() => down(), () => good(['tea'])]],
  'graphql-request': [
    [
      () => good({ errors: [{ message: 'slow down', extensions: { code: 'THROTTLED' } }] }),
      () => good({ data: { items: [{ id: '1' }] } }),
      () => tooMany(),
      () => good({ data: { addItem: { id: '2' } } }),
    ],
  ],
  'AWS SDK v3': [
    [
      () =>
        good({ __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException' }, { status: 400 }),
      () => good({ Item: { id: { S: '7' } } }),
    ],
  ],
  NestJS: [[() => tooMany(), () => good(['Tom']), () => good({ url: 'https://api.example.com/reports/7.pdf' })]],
  'React and browsers': [[() => down(), () => good(['tea'])]],
};

/** Code that follows a block, where the block only declares something. */
export const DRIVERS = {
  NestJS: `
    import { strict as assert } from 'node:assert';
    import { NestFactory } from '@nestjs/core';
    const app = await NestFactory.createApplicationContext(CatsModule, { logger: false });
    assert.deepEqual(await app.get(CatsService).findAll(), ['Tom']);
    assert.equal(await app.get(CatsService).report('7'), 'https://api.example.com/reports/7.pdf');
    await app.close();`,
  'React and browsers': `
    import { strict as assert } from 'node:assert';
    import { createElement } from 'react';
    const { JSDOM } = await import('jsdom' as string);
    const { window } = new JSDOM('<div id="root"></div>');
    Object.assign(globalThis, { window, document: window.document });
    Object.defineProperty(globalThis, 'navigator', { value: window.navigator, configurable: true });
    const { createRoot } = await import('react-dom/client' as string);
    const root = createRoot(window.document.getElementById('root'));
    const Items = () => createElement('p', null, String(useItems('https://api.example.com/items')));
    root.render(createElement(Items));
    const text = () => window.document.querySelector('p')?.textContent;
    while (text() !== 'tea') await new Promise((resolve) => setTimeout(resolve, 20));
    root.unmount();
    assert.equal(text(), undefined);`,
};
