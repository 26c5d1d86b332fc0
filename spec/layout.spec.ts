import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const root = join(__dirname, '..');
const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => path.slice(0, -ending.length));

/** Types alone, and lists of what other files export, leave nothing to try. */
const hasCode = (path: string): boolean =>
  /^(export )?(default )?(abstract |async )*(const|let|function|class)\b/m.test(
    readFileSync(join(root, 'lib', `${path}.ts`), 'utf8'),
  );

const files = filesIn('lib', '.ts');
const specs = filesIn('spec', '.spec.ts');
/** `wait/fixed.limits.long` may try `wait/fixed.limits.long`, `wait/fixed.limits` or `wait/fixed`. */
const triedBy = (spec: string): string[] => {
  const [name = '', ...aspects] = basename(spec).split('.');
  return [name, ...aspects].map((_, i) => join(dirname(spec), [name, ...aspects.slice(0, i)].join('.')));
};

test('each file of lib with code has a spec of its name', () => {
  const tried = new Set(specs.flatMap(triedBy));
  expect(files.filter(hasCode).filter((path) => !tried.has(path))).toEqual([]);
});

test('each spec in a folder of lib is named after a file there', () => {
  const known = new Set(files);
  const folders = new Set(files.map(dirname).filter((folder) => folder !== '.'));
  const here = specs.filter((spec) => folders.has(dirname(spec)));
  expect(here.filter((spec) => !triedBy(spec).some((path) => known.has(path)))).toEqual([]);
});
