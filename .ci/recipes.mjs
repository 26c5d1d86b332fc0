// Compiles and runs every block of docs/recipes.md with the real packages, and compiles the cards of the README with them
// (npm run build, and npm ci in tools/clients, come first). With --newest it takes the packages of tools/clients-newest in
// their place. msw plays the servers: they refuse once, so that each recipe has something to retry.
import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { ANSWERS, DRIVERS } from '../tools/clients/recipes/answers.mjs';
import { makeFolder } from './clients/folder.mjs';

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);
const ENV = {
  ...process.env,
  ...{
    OPENAI_API_KEY: 'key',
    ANTHROPIC_API_KEY: 'key',
    GITHUB_TOKEN: 'token',
    STRIPE_KEY: 'sk_test',
    SLACK_TOKEN: 'xoxb',
  },
  ...{ AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-west-1', NO_COLOR: '1' },
  ...{ AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
};

/** The ts blocks of a page, each with its heading and its place under it. */
function blocksOf(page) {
  const found = [];
  let heading = '';
  const seen = new Map();
  for (const [, title, flags, code] of readFileSync(join(root, page), 'utf8').matchAll(
    /^##+ (.*)$|^```ts *(.*)\n([\s\S]*?)^```$/gm,
  )) {
    if (title !== undefined) heading = title;
    else {
      const index = seen.get(heading) ?? 0;
      seen.set(heading, index + 1);
      found.push({ page, heading, index, legacy: flags.includes('legacy'), code });
    }
  }
  return found;
}

const folder = makeFolder({ newest: process.argv.includes('--newest') });
const all = blocksOf('docs/recipes.md');
// The cards of the README are compiled: what they do is what the recipes do.
const cards = blocksOf('README.md').filter(({ code }) => /from '(openai|react|@nestjs\/common)'/.test(code));
const problems = [];
const nameOf = ({ heading, index }) => `${heading.replaceAll(/\W+/g, '-')}-${index + 1}`;

/** Compiles all blocks with the packages' own types, each kind under its decorators. */
async function compile(blocks, legacy) {
  const names = blocks.map((block) => {
    const name = `${block.page === 'README.md' ? 'card-' : ''}${nameOf(block)}.ts`;
    writeFileSync(
      join(folder, name),
      `${block.code}${(block.page === 'README.md' ? undefined : DRIVERS[block.heading]) ?? ''}\nexport {};\n`,
    );
    return name;
  });
  const compilerOptions = {
    ...{ target: 'ES2022', module: 'NodeNext', strict: true, skipLibCheck: true, outDir: 'out', rootDir: '.' },
    ...{ lib: ['ES2023', 'DOM', 'ESNext.Disposable'], types: ['node', 'jest'], preserveSymlinks: false },
    ...(legacy ? { experimentalDecorators: true, emitDecoratorMetadata: true } : {}),
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: names }));
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], { cwd: folder }).catch(
    ({ stdout }) => problems.push(stdout.trim()),
  );
}

const RUNNERS = {
  jest: async (block) => {
    const { outputText } = ts.transpileModule(block.code, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
    writeFileSync(join(folder, 'fake.test.cjs'), outputText);
    const config = {
      rootDir: folder,
      testMatch: ['**/fake.test.cjs'],
      transform: {},
      moduleFileExtensions: ['js', 'cjs'],
    };
    await run(process.execPath, [join(root, 'node_modules/jest/bin/jest.js'), '--config', JSON.stringify(config)], {
      cwd: folder,
    });
  },
  vitest: async (block) => {
    const code = `import { expect, test, vi } from 'vitest';\n${block.code.replaceAll('jest.', 'vi.')}`;
    writeFileSync(join(folder, 'fake.test.ts'), code);
    await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'fake.test.ts'], { cwd: folder });
  },
  node: async (block) => {
    const env = { ...ENV, TENAX_RECIPE: JSON.stringify([block.heading, block.index]) };
    const args = [
      '--import',
      join(root, 'tools/clients/recipes/preload.mjs'),
      ...(block.legacy ? ['--import', 'reflect-metadata'] : []),
    ];
    await run(process.execPath, [...args, `out/${nameOf(block)}.js`], { cwd: folder, env, timeout: 60_000 });
  },
};

const compiled = [...all, ...cards];
await compile(
  compiled.filter(({ legacy }) => !legacy),
  false,
);
await compile(
  compiled.filter(({ legacy }) => legacy),
  true,
);
for (const block of all) {
  const runners = block.code.includes('jest.') ? ['jest', 'vitest'] : ['node'];
  for (const runner of runners) {
    const begun = performance.now();
    const name = `${nameOf(block)}${runner === 'node' ? '' : ` in ${runner}`}`;
    try {
      await RUNNERS[runner](block);
      console.log(`${name.padEnd(32)} ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    } catch (error) {
      problems.push(`${name}: ${error.stderr || error.stdout || error.message}`);
    }
  }
}
const headings = new Set(all.map(({ heading }) => heading));
for (const heading of Object.keys(ANSWERS))
  if (!headings.has(heading)) problems.push(`there is no recipe "${heading}"`);
rmSync(folder, { recursive: true });
for (const problem of problems) console.error(problem);
console.log(`${all.length} blocks of docs/recipes.md, ${cards.length} cards of README.md, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
