/** Levenshtein's distance between two short words (V. Levenshtein, 1966), one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** The name in `known` that `word` was probably meant to be, if any is near. Case and underscores do not count. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const plain = (name: string): string => name.replaceAll(/[_-]/g, '').toLowerCase();
  // A long word is no typing error; not measuring it keeps the cost bounded for any input.
  if (word.length > 60) return undefined;
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const name of known) {
    const far = distance(plain(word), plain(name));
    if (far < least) {
      best = name;
      least = far;
    }
  }
  return best;
}
