import { retryStream, stop, wait } from '../tenax.mjs';
import { median, quick } from '../measure.mjs';

/** What an item costs on its way through a stream that never fails. */
export const title = 'An item of a stream';
export const unit = 'ns';
export const floor = 'an async generator that passes it on';
export const bars = {
  'tenax retryStream()': 2,
  'tenax, resume': 2,
};

const ITEMS = quick ? 20_000 : 100_000;

/** A source of its own for every contestant: items that are there at once, as those of a chunk that has arrived. */
const source = () =>
  async function* numbers(from = 0) {
    for (let n = from; n < ITEMS; n += 1) yield n;
  };

const policy = { stop: stop.afterAttempt(3), wait: wait.exponential({ initial: 10 }) };

function contestants() {
  const plain = source();
  async function* passedOn() {
    for await (const item of plain()) yield item;
  }
  return {
    [floor]: passedOn,
    'the source alone': source(),
    'tenax retryStream()': retryStream(source(), policy),
    'tenax, resume': retryStream(source(), { ...policy, resume: ({ last }) => [last + 1] }),
    'tenax, resume and idleTimeout': retryStream(source(), {
      ...policy,
      resume: ({ last }) => [last + 1],
      idleTimeout: 30_000,
    }),
    'tenax, with a signal': retryStream(source(), { ...policy, signal: new AbortController().signal }),
  };
}

/** A loop of its own for every contestant, as V8 specialises it for what it has seen. */
const loopOf = (name, stream) =>
  new Function(
    'stream',
    `return async () => { /* ${name} */ let n = 0; for await (const item of stream()) n += item; return n; };`,
  )(stream);

export default async function run() {
  const runners = Object.entries(contestants()).map(([name, stream]) => ({
    name,
    loop: loopOf(name, stream),
    times: [],
  }));
  const [warmUp, rounds] = quick ? [2, 7] : [4, 25];
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (let k = 0; k < runners.length; k += 1) {
      const { loop, times } = runners[(k + round) % runners.length];
      const begun = process.hrtime.bigint();
      await loop();
      if (round >= warmUp) times.push(Number(process.hrtime.bigint() - begun) / ITEMS);
    }
  }
  const [first] = runners;
  return runners.map(({ name, times }) => ({
    name,
    value: median(times),
    ratio: median(times.map((time, round) => time / first.times[round])),
  }));
}
