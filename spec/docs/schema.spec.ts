import { spawnSync } from 'node:child_process';
import { ROOT } from './blocks.js';

test('policy.schema.json is what the declarations of the strategies and their docstrings say', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '.ci/schema.mjs', '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
});
