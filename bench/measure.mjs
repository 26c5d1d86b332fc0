/**
 * How everything here is measured. Contestants run in short batches by turns, so that a slow moment of the machine hits
 * all of them; a figure is the median over the rounds, a ratio the median of the ratios to the floor in the same round.
 */

export const quick = process.argv.includes('--quick');

export const median = (numbers) => {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[sorted.length >> 1];
};

let made = 0;

/**
 * A loop of its own for every contestant: V8 specialises a call site for what it has seen there, and one loop for all
 * would make each pay for the others. The comment keeps its code cache from taking two loops for one.
 */
function ownLoop(call, inFlight) {
  made += 1;
  const body =
    inFlight === 1
      ? 'for (let i = 0; i < n; i += 1) await call();'
      : `for (let i = 0; i < n; i += ${inFlight}) {
           const all = [];
           for (let k = 0; k < ${inFlight}; k += 1) all.push(call());
           await Promise.all(all);
         }`;
  return new Function('call', `return async (n) => { /* ${made} */ ${body} };`)(call);
}

/** The same for what answers at once. It is told which turn it is, so that it need not be asked the same thing each time. */
function ownSyncLoop(call) {
  made += 1;
  return new Function(
    'call',
    `return (n) => { /* ${made} */ let kept; for (let i = 0; i < n; i += 1) kept = call(i); return kept; };`,
  )(call);
}

async function timed(loop, n) {
  const begun = process.hrtime.bigint();
  await loop(n);
  return Number(process.hrtime.bigint() - begun) / n;
}

/**
 * Nanoseconds a call, and the ratio to the first contestant, the floor.
 *
 * @param {Record<string, () => unknown>} contestants what is called; the first is the floor
 * @param options `inFlight`: that many calls at once; `ms`: how long a batch takes about; `collect`: the garbage is
 *   collected before each batch, which also drops what V8 has compiled for calls that were not made for a while
 */
export async function race(contestants, { inFlight = 1, rounds = 25, ms = 30, sync = false, collect = false } = {}) {
  const runners = [];
  for (const [name, call] of Object.entries(contestants)) {
    const loop = sync ? ownSyncLoop(call) : ownLoop(call, inFlight);
    // Enough calls for a batch of about that long; this is the first warming up as well.
    let batch = inFlight;
    let each = await timed(loop, batch);
    while (each * batch < (ms * 1e6) / 3 && batch < 1e6) {
      batch *= 2;
      each = await timed(loop, batch);
    }
    runners.push({ name, loop, batch, times: [] });
  }
  const warmUp = quick ? 2 : 4;
  const counted = quick ? 7 : rounds;
  for (let round = 0; round < warmUp + counted; round += 1) {
    for (let k = 0; k < runners.length; k += 1) {
      const runner = runners[(k + round) % runners.length];
      if (collect) globalThis.gc();
      const each = await timed(runner.loop, runner.batch);
      if (round >= warmUp) runner.times.push(each);
    }
  }
  const [floor] = runners;
  return runners.map(({ name, times }) => ({
    name,
    value: median(times),
    ratio: median(times.map((time, round) => time / floor.times[round])),
  }));
}

/** Bytes on the heap, all garbage gone. */
export function heapUsed() {
  for (let i = 0; i < 4; i += 1) globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** Runs contestants by turns where one run is one figure (or several, as an object). Answers the medians. */
export async function turns(contestants, rounds) {
  const entries = Object.entries(contestants);
  const results = new Map(entries.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let k = 0; k < entries.length; k += 1) {
      const [name, run] = entries[(k + round) % entries.length];
      results.get(name).push(await run());
    }
  }
  const [floor] = results.values();
  return [...results].map(([name, runs]) => {
    const figures = {};
    for (const key of Object.keys(runs[0])) {
      figures[key] = median(runs.map((run) => run[key]));
      figures[`${key}Ratio`] = median(runs.map((run, round) => run[key] / floor[round][key]));
    }
    return { name, ...figures };
  });
}
