import { basename } from 'node:path';
import ts from 'typescript';
import { blocksOf } from '../blocks.js';

/** What a recipe of docs/limits-recipes.md exports: the text of the page itself runs. */
export function recipe<Exports>(name: string): Exports {
  const block = blocksOf('docs/limits-recipes.md').find(({ path }) => basename(path) === `${name}.ts`);
  if (block === undefined) throw new Error(`no recipe ${name}`);
  const { outputText } = ts.transpileModule(block.code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const exports = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own code
  new Function('require', 'exports', outputText)(require, exports);
  return exports as Exports;
}
