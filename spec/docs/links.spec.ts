import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { documents, ROOT } from './blocks.js';

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(document: string): string[] {
  const text = readFileSync(join(ROOT, document), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    (heading as string)
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each([...documents, 'CONTRIBUTING.md', 'CHANGELOG.md'])('the links of %s', (document) => {
  test('lead somewhere', () => {
    const text = readFileSync(join(ROOT, document), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
    const broken = [...text.matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].flatMap(([, target]) => {
      const [path = '', anchor] = (target as string).split('#');
      const file = path === '' ? document : join(dirname(document), path);
      if (!existsSync(join(ROOT, file))) return [target];
      return anchor === undefined || !file.endsWith('.md') || anchorsOf(file).includes(anchor) ? [] : [target];
    });
    expect(broken).toEqual([]);
  });

  test('are to files, where it names a file of this repository', () => {
    const text = readFileSync(join(ROOT, document), 'utf8');
    const isThere = (path: string): boolean => ['', 'lib'].some((folder) => existsSync(join(ROOT, folder, path)));
    const named = [...text.matchAll(/`([\w.-]+)(\/[\w./-]+\.(?:ts|mjs|cjs|md|json))`/g)];
    const gone = named.filter(([, folder = '', rest = '']) => isThere(folder) && !isThere(`${folder}${rest}`));
    expect(gone.map(([path]) => path)).toEqual([]);
  });
});
