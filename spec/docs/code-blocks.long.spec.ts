import { join } from 'node:path';
import ts from 'typescript';
import { blocksOf, documents, ROOT, sources, type Block } from './blocks.js';

const blocks = [...documents, ...sources].flatMap(blocksOf);

function optionsOf(config: string): ts.CompilerOptions {
  const { options } = ts.getParsedCommandLineOfConfigFile(
    join(ROOT, config),
    { noEmit: true },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new Error(String(diagnostic.messageText));
      },
    },
  ) as ts.ParsedCommandLine;
  return options;
}

/** The files that both compilations read, parsed once. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** The compiler's errors about the blocks, each with its line in the document. */
function mistakes(chosen: readonly Block[], options: ts.CompilerOptions): string[] {
  const texts = new Map(chosen.map(({ path, code }) => [path, code]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = texts.get(path);
    if (text !== undefined) return ts.createSourceFile(path, text, version);
    const key = `${path} ${JSON.stringify(version)}`;
    if (!parsed.has(key)) parsed.set(key, getSourceFile(path, version, ...rest));
    return parsed.get(key);
  };
  const program = ts.createProgram([join(ROOT, 'spec/docs/sdks.d.ts'), ...texts.keys()], options, host);
  return chosen.flatMap(({ path, where }) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((diagnostic) => {
      const line = file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
      return `${where.replace(/\d+$/, String(line + 1))} ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`;
    });
  });
}

describe('the code in README, docs and docstrings', () => {
  test('compiles', () => {
    const standard = blocks.filter(({ flags }) => !flags.includes('legacy'));
    expect(mistakes(standard, optionsOf('docs/tsconfig.json'))).toEqual([]);
  });

  test('compiles under experimentalDecorators where the block says so', () => {
    const legacy = blocks.filter(({ flags }) => flags.includes('legacy'));
    expect(mistakes(legacy, optionsOf('spec/tsconfig.legacy.json'))).toEqual([]);
  });
});
