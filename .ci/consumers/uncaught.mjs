// A wrong option in a program that catches nothing: Node prints the line that threw, then the error.
import { spawnSync } from 'node:child_process';
import { makeProject } from './project.mjs';

const PROGRAMS = {
  'program.mjs': "import { TokenBucket } from 'tenax';\nnew TokenBucket({ rate: -1, capacity: 1 });\n",
  'program.cjs': "const { TokenBucket } = require('tenax');\nnew TokenBucket({ rate: -1, capacity: 1 });\n",
};
/** What fits on a screen of 80 by 24. */
const SCREEN = 80 * 24;

export default async function uncaught(tarball) {
  const project = await makeProject(tarball, []);
  const lengths = Object.entries(PROGRAMS).map(([file, text]) => {
    project.write(file, text);
    const { stderr } = spawnSync(process.execPath, [file], { cwd: project.folder, encoding: 'utf8' });
    if (!stderr.includes('rate takes') || stderr.length > SCREEN) {
      throw new Error(`${file} prints ${stderr.length} characters:\n${stderr.slice(0, 200)}`);
    }
    return stderr.length;
  });
  project.remove();
  return `an error that nobody catches prints ${lengths.join(' and ')} characters`;
}
