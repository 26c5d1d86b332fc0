// Runs the specs of tenax/axios on older axios, each installed into a folder of its own; `npm test` runs them on the newest.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

for (const version of ['1.0.0', '1.7.9']) {
  const folder = mkdtempSync(join(tmpdir(), 'tenax-axios-'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', `axios@${version}`], { cwd: folder });
  console.log(`axios ${version}`);
  execFileSync('npm', ['test', '--', 'spec/axios', '--selectProjects', 'standard'], {
    stdio: 'inherit',
    env: { ...process.env, TENAX_AXIOS: join(folder, 'node_modules/axios/dist/node/axios.cjs') },
  });
  rmSync(folder, { recursive: true });
}
