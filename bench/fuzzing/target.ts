import type fc from 'fast-check';

/** Something that parses what others wrote. */
export interface Target {
  readonly name: string;
  /** What holds for any input. */
  readonly property: fc.IRawProperty<unknown>;
  /** Parses a long text; what it costs must grow no faster than the text. */
  readonly parse: (text: string) => unknown;
  /** What long texts are made of. */
  readonly pieces: readonly string[];
}

/**
 * Fails unless a text 32 times as long costs at most 32 times as much, give or take the noise. What is not linear costs
 * too much each time; a moment in which the machine is busy passes.
 */
export async function checkLinear({ name, parse, pieces }: Target): Promise<void> {
  // Milliseconds of this process, whatever else the machine does; the least of several, without garbage collection.
  const cost = async (text: string): Promise<number> => {
    let least = Infinity;
    for (let i = 0; i < 10; i += 1) {
      const from = process.cpuUsage();
      await parse(text);
      const { user, system } = process.cpuUsage(from);
      least = Math.min(least, (user + system) / 1000);
    }
    return least;
  };
  for (const piece of pieces) {
    const make = (n: number): string => piece.repeat(n / piece.length);
    await cost(make(1000));
    const seen: string[] = [];
    let linear = false;
    while (!linear && seen.length < 3) {
      const small = await cost(make(20_000));
      const large = await cost(make(640_000));
      seen.push(`${small} ms, ${large} ms`);
      linear = large <= Math.max(small, 0.02) * 32 * 4;
    }
    if (!linear) throw new Error(`${name}: ${JSON.stringify(piece)} repeated is not linear: ${seen.join('; ')}`);
  }
}
