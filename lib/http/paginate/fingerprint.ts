import { isPlain } from '../../base/check.js';

/** Nesting beyond this is taken for a circle. */
const DEEPEST = 200;

/**
 * 64 bits that equal values share, and others practically never: a page need not be kept to know it again. After cyrb53
 * (bryc, public domain).
 *
 * @returns undefined for what holds more than JSON can: instances of classes may hide what tells them apart
 */
export function fingerprint(value: unknown): string | undefined {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  const mix = (text: string): void => {
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      high = Math.imul(high ^ code, 2_654_435_761);
      low = Math.imul(low ^ code, 1_597_334_677);
    }
    // Ends each text: ['ab', 'c'] is not ['a', 'bc'].
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
