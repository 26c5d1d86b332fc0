// What the README says, done literally in an empty folder: its tsconfig, its service, its test; with tsc, Vitest 4 and Vite 8,
// and its NestJS card in an application. Nothing may warn.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeProject, ours, passed, root } from './project.mjs';

const README = readFileSync(join(root, 'README.md'), 'utf8');

/** The first block after a text. */
function blockAfter(text) {
  const [, rest] = README.split(text);
  const block = /^```\w+.*\n([\s\S]*?)^```$/m.exec(rest ?? '');
  if (block === null) throw new Error(`README.md has no block after "${text}"`);
  return block[1];
}

function quiet(tool, output) {
  const line = output.split('\n').find((each) => /warn|deprecat/i.test(each));
  if (line !== undefined) throw new Error(`${tool} warns: ${line}`);
  return output;
}

async function service(tarball) {
  const project = await makeProject(tarball, [...ours('typescript', '@types/node'), 'vitest@^4', 'vite@^8']);
  const tsconfig = blockAfter('`tsconfig.json` turns decorators on');
  const test = blockAfter('`src/items.test.ts` checks');
  const wanted = /^\/\/ With vitest: (import .*)$/m.exec(test)?.[1];
  if (wanted === undefined) throw new Error("README.md: the test does not name vitest's import");
  project.write('tsconfig.json', tsconfig);
  project.write('src/items.ts', blockAfter('`src/items.ts` is'));
  project.write('src/items.test.ts', `${wanted}\n${test}`);
  project.write('src/hero.ts', blockAfter('npm install tenax\n```'));
  quiet('tsc', await project.run('node_modules/.bin/tsc', ['--noEmit']));
  const output = quiet('Vitest', await project.run('node_modules/.bin/vitest', ['run'], { NO_COLOR: '1' }));
  const tests = passed(output, /^ *Tests +(\d+) passed \(\1\)$/m);
  project.write('index.html', '<script type="module" src="/src/items.ts"></script>\n');
  quiet('Vite', await project.run('node_modules/.bin/vite', ['build'], { NO_COLOR: '1' }));
  project.remove();
  return `tsc, Vite 8 and Vitest 4 (${tests})`;
}

// What `nest new` writes, as far as it matters here.
const NEST_TSCONFIG = {
  compilerOptions: {
    ...{
      module: 'nodenext',
      moduleResolution: 'nodenext',
      target: 'ES2023',
      outDir: 'dist',
      rootDir: 'src',
      strict: true,
    },
    ...{
      emitDecoratorMetadata: true,
      experimentalDecorators: true,
      esModuleInterop: true,
      skipLibCheck: true,
      types: ['node'],
    },
  },
};

const NEST_MAIN = `import 'reflect-metadata';
import assert from 'node:assert/strict';
import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FlakyServer } from 'tenax/testing';
import { CatsService } from './cats.service.js';

async function main(): Promise<void> {
  const server = await FlakyServer.start({
    script: [{ status: 429, headers: { 'retry-after': '0' } }],
    handler: (_request, response) => void response.setHeader('content-type', 'application/json').end('["Tom"]'),
  });
  @Module({ imports: [HttpModule.register({ baseURL: server.url })], providers: [CatsService] })
  class CatsModule {}
  const app = await NestFactory.createApplicationContext(CatsModule, { logger: false });
  assert.deepEqual(await app.get(CatsService).findAll(), ['Tom']);
  await app.close();
  await server.close();
  console.log('the cat is found');
}
void main();
`;

async function nest(tarball) {
  const nestPackages = ours('@nestjs/common', '@nestjs/core', '@nestjs/axios', 'axios', 'rxjs', 'reflect-metadata');
  const project = await makeProject(tarball, [...ours('typescript', '@types/node'), ...nestPackages]);
  project.write('tsconfig.json', NEST_TSCONFIG);
  project.write('src/cats.service.ts', blockAfter('### NestJS'));
  project.write('src/main.ts', NEST_MAIN);
  quiet('tsc', await project.run('node_modules/.bin/tsc', ['-p', '.']));
  // Its logger prints the retry.
  const output = await project.node('dist/main.js');
  if (!output.includes('the cat is found')) throw new Error(`Nest: ${output}`);
  project.remove();
  return 'NestJS';
}

export default async function readme(tarball) {
  return `${await service(tarball)}, ${await nest(tarball)}`;
}
