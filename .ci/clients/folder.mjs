import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** What the recipes use and this repository itself has, tenax included. */
const OURS = [
  ...['axios', 'rxjs', 'reflect-metadata', '@types/node', '@types/jest'],
  ...['common', 'core', 'axios', 'platform-express'].map((each) => `@nestjs/${each}`),
];

/** The packages in a folder's node_modules, scoped ones too, each with its path. */
function packagesIn(modules) {
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((each) => `${name}/${each}`) : [name],
    )
    .map((name) => [name, join(modules, name)]);
}

/** An empty folder in which the packages of tools/clients are installed, and ours; `newest`: those of tools/clients-newest first. */
export function makeFolder({ newest }) {
  const folder = mkdtempSync(join(tmpdir(), 'tenax-clients-'));
  const packages = new Map([
    ...packagesIn(join(root, 'tools/clients/node_modules')),
    ...(newest ? packagesIn(join(root, 'tools/clients-newest/node_modules')) : []),
    ...OURS.map((name) => [name, join(root, 'node_modules', name)]),
    ['tenax', root],
  ]);
  for (const [name, target] of packages) {
    const path = join(folder, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    symlinkSync(target, path);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  return folder;
}
