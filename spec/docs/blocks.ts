import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

/** A ts block of a document, or of an example in a docstring. */
export interface Block {
  /** `docs/guide.md:40` */
  readonly where: string;
  /** The path under which it is compiled. Blank lines in front keep the document's line numbers. */
  readonly path: string;
  readonly code: string;
  /**
   * `no-run`: compiled only. `legacy`: under experimentalDecorators. `file=items-api.ts`: other blocks of the documents
   * import it by that name.
   */
  readonly flags: readonly string[];
}

/** The README and all chapters. */
export const documents: readonly string[] = [
  'README.md',
  ...['docs', 'docs/decisions'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
];

/** The files of lib, whose docstrings have examples. */
export const sources: readonly string[] = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `lib/${name}`);

/** What a line of a docstring starts with. */
const STAR = /^ +\* ?/;

/** The ts blocks of a document or of a file of lib, in order. */
export function blocksOf(document: string): Block[] {
  const blocks: Block[] = [];
  const text = readFileSync(join(ROOT, document), 'utf8').split('\n');
  const lines = document.endsWith('.ts') ? text.map((line) => line.replace(STAR, '')) : text;
  for (let i = 0; i < lines.length; i += 1) {
    const fence = /^```ts(?:\s+(.*))?$/.exec(lines[i] ?? '');
    if (fence === null) continue;
    const end = lines.indexOf('```', i);
    const flags = (fence[1] ?? '').split(/\s+/).filter((flag) => flag !== '');
    const file = flags.find((flag) => flag.startsWith('file='))?.slice('file='.length);
    blocks.push({
      where: `${document}:${i + 1}`,
      path: join(ROOT, 'docs', file ?? `${document.replaceAll(/\W/g, '-')}-${i + 1}.ts`),
      // An import or an export makes it a module, with names of its own.
      code: `${'\n'.repeat(i + 1)}${lines.slice(i + 1, end).join('\n')}\nexport {};\n`,
      flags,
    });
    i = end;
  }
  return blocks;
}
