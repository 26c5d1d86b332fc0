import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const { devDependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A package in the version that this repository works with. */
export const ours = (...names) => names.map((name) => `${name}@${devDependencies[name]}`);

/** Runs a command to its end. Answers what it printed; where it fails, that is the message. */
export async function run(command, args, { cwd, env = {} }) {
  try {
    const { stdout, stderr } = await execute(command, args, {
      cwd,
      env: { ...process.env, ...env },
      maxBuffer: 2 ** 26,
    });
    return stdout + stderr;
  } catch (error) {
    throw new Error(`${[command, ...args].join(' ')}\n${error.stdout ?? ''}${error.stderr ?? ''}${error.message}`, {
      cause: error,
    });
  }
}

/** A user's project in a folder of its own, with the packed package and what else it wants installed. */
export async function makeProject(tarball, packages, { type = 'module' } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tenax-consumer-'));
  const project = {
    folder,
    write(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), typeof text === 'string' ? text : JSON.stringify(text));
    },
    /** Copies a file or folder of the repository. */
    copy: (from, to) => cpSync(join(root, from), join(folder, to), { recursive: true }),
    run: (command, args, env) => run(command, args, { cwd: folder, env }),
    /** Runs Node in the project. */
    node: (...args) => project.run(process.execPath, args),
    remove: () => rmSync(folder, { recursive: true }),
  };
  project.write('package.json', { name: 'consumer', private: true, type });
  project.write('.npmrc', 'audit=false\nfund=false\nprefer-offline=true\n');
  await project.run('npm', ['install', '--silent', tarball, ...packages]);
  return project;
}

/** How many tests a runner says have passed, where it says so; a run without tests proves nothing. */
export function passed(output, pattern) {
  const count = Number(pattern.exec(output)?.[1] ?? 0);
  if (count === 0) throw new Error(`no test ran:\n${output}`);
  return `${count} tests passed`;
}
