import { appendFileSync, readFileSync } from 'node:fs';
import { merge, Part } from '../../docs/examples/sync/parts';
import { fresh } from './main-job';

const parts = (...pages: number[][]): string[] =>
  pages.map((numbers) => {
    const part = new Part(fresh());
    appendFileSync(part.file, '');
    for (const page of numbers) part.append(page, [{ page }, { page, again: true }]);
    return part.file;
  });

describe('The parts of a shared job', () => {
  test('are merged in order, and a page that two copies have is taken once', () => {
    const out = fresh();
    expect(merge(parts([2, 4], [3, 1, 2], []), out)).toBe(8);
    const read = readFileSync(out, 'utf8').trim().split('\n');
    expect(read.map((line) => JSON.parse(line).page)).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  test('may have half a line of a copy that died', () => {
    const [one, other] = parts([1], [2]) as [string, string];
    appendFileSync(one, '{"page":2,"items":[{"pa');
    expect(merge([one, other], fresh())).toBe(4);
  });

  test('are refused where a page is missing', () => {
    expect(() => merge(parts([1, 4]), fresh())).toThrow('page 2 is in none of the parts: are they all here?');
  });

  test('of an API without items make an empty file', () => {
    expect(merge(parts([]), fresh())).toBe(0);
  });
});
