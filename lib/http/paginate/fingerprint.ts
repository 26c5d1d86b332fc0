import { isPlain } from '../../base/check.js';

/** Deeper nesting counts as circular. */
const DEEPEST = 200;

/**
 * A hash of 64 bits: equal values have equal hashes, and different values practically never. So a page can be recognized
 * without keeping it. After cyrb53 (bryc, public domain).
 *
 * @returns undefined for values that JSON cannot represent, since instances of classes may differ in hidden state.
 */
export function fingerprint(value: unknown): string | undefined {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  const mix = (text: string): void => {
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      high = Math.imul(high ^ code, 2_654_435_761);
      low = Math.imul(low ^ code, 1_597_334_677);
    }
    // Marks the end of each text, so that ['ab', 'c'] differs from ['a', 'bc'].
    high = Math.imul((high << 13) | (high >>> 19), 2_246_822_507) ^ text.length;
    low = Math.imul((low << 15) | (low >>> 17), 3_266_489_909) ^ text.length;
  };
  const walk = (each: unknown, depth: number): boolean => {
    if (typeof each !== 'object' || each === null) {
      mix(`${typeof each}:${String(each)}`);
      return typeof each !== 'function' && typeof each !== 'symbol';
    }
    if (each instanceof Date) return walk(`Date ${each.getTime()}`, depth);
    if (depth > DEEPEST || !(Array.isArray(each) || isPlain(each))) return false;
    mix(Array.isArray(each) ? '[' : '{');
    for (const [key, inner] of Object.entries(each)) {
      mix(key);
      if (!walk(inner, depth + 1)) return false;
    }
    mix('}');
    return true;
  };
  return walk(value, 0) ? `${high >>> 0}.${low >>> 0}` : undefined;
}
