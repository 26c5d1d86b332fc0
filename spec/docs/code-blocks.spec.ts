import { basename } from 'node:path';
import ts from 'typescript';
import { blocksOf, documents, sources, type Block } from './blocks.js';

const blocks = [...documents, ...sources].flatMap(blocksOf);

/**
 * Runs a block as a module of its own and returns its exports. A failing console.assert or test in it fails it. What it logs
 * is not shown. What it imports with a dot is the block of that name.
 */
async function run({ code, flags, where }: Block): Promise<object> {
  const legacy = flags.includes('legacy');
  const { outputText } = ts.transpileModule(code, {
    fileName: where,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
      experimentalDecorators: legacy,
      emitDecoratorMetadata: legacy,
    },
  });
  const quiet = Object.fromEntries(Object.keys(console).map((name) => [name, () => undefined]));
  const assert = (holds: unknown, ...said: unknown[]): void => {
    if (holds === false) throw new Error(`an assertion of ${where} failed ${said.join(' ')}`);
  };
  // A module may await at its top.
  const AsyncFunction = (async () => undefined).constructor as new (
    ...args: string[]
  ) => (...args: unknown[]) => Promise<void>;
  const files = new Map<string, object>();
  for (const block of blocks) {
    const name = `./${basename(block.path, '.ts')}`;
    for (const asked of [name, `${name}.js`]) {
      if (code.includes(`'${asked}'`)) files.set(asked, await run(block));
    }
  }
  // A block is CommonJS here, and what it names is known only now.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const load = (name: string): unknown => files.get(name) ?? require(name);
  const tests: (() => Promise<void>)[] = [];
  const test = (_name: string, body: () => Promise<void>): void => void tests.push(body);
  const exports = {};
  const module = new AsyncFunction('require', 'exports', 'console', 'test', outputText);
  await module(load, exports, { ...quiet, assert }, test);
  for (const body of tests) await body();
  return exports;
}

describe('the code in README, docs and docstrings', () => {
  // An example's policy may be unbounded on purpose.
  beforeAll(() => void jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined));
  afterAll(() => void jest.restoreAllMocks());

  test('exists', () => {
    expect(blocks.length).toBeGreaterThan(10);
  });

  test.each(blocks.filter(({ flags }) => !flags.includes('no-run')).map((block) => [block.where, block] as const))(
    'runs: %s',
    async (_where, block) => {
      await run(block);
    },
  );
});
