// Two servers on this machine: what the failover does when the first is busy for a short time, and for long.
import { fileURLToPath } from 'node:url';
import { raiseForStatus } from 'tenax/http';
import { FlakyServer } from 'tenax/testing';
import { Failover, PATIENCE, type Provider } from './failover.js';

/** A provider behind an address. */
const over = (name: string, url: string): Provider => ({
  name,
  async ask(question, signal) {
    const response = await fetch(`${url}/answers?question=${encodeURIComponent(question)}`, { signal });
    await raiseForStatus(response);
    return `${name} answers`;
  },
});

export async function main(print: (line: string) => void = console.log): Promise<void> {
  const busy = (seconds: number) => ({ status: 429, headers: { 'retry-after': String(seconds) } });
  const first = await FlakyServer.start({ script: [200, busy(1), 200, busy((2 * PATIENCE) / 1000)] });
  const second = await FlakyServer.start();
  const failover = new Failover([over('the first', first.url), over('the second', second.url)]);
  const ask = (): Promise<string> => failover.ask('why?').catch((error: unknown) => String(error));
  print(`as usual: ${await ask()}`);
  print(`busy for a second: ${await ask()}`);
  print(`busy for ten seconds: ${await ask()}`);
  print(`still busy: ${await ask()}, and the first has seen ${first.requests.length} requests`);
  await Promise.all([first.close(), second.close()]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
