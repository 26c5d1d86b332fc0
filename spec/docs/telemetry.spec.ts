import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { channels } from '../../lib/base/channels.js';
import { ROOT } from './blocks.js';

test('docs/telemetry.md describes every channel, and no other', () => {
  const chapter = readFileSync(join(ROOT, 'docs/telemetry.md'), 'utf8');
  const described = [...chapter.matchAll(/^\| `tenax:(\w+)`/gm)].map(([, name]) => name);
  const opened = Object.getOwnPropertyNames(Object.getPrototypeOf(channels)).filter((name) => name !== 'constructor');
  expect(described.sort()).toEqual(opened.sort());
});
