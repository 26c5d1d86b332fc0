// Compares what the built package exports, in each form that it is built in, with the approved list in exports.json: nothing comes or goes
// by accident. `--update` approves what is there.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const approvedPath = new URL('exports.json', import.meta.url);
const { exports: subpaths } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** A name, and those of the members where it is a group of functions: `wait`, `wait.fixed`. */
function namesOf([name, value]) {
  const isGroup =
    typeof value === 'object' && value !== null && [null, Object.prototype].includes(Object.getPrototypeOf(value));
  return isGroup ? [name, ...Object.keys(value).map((member) => `${name}.${member}`)] : [name];
}

const found = {};
for (const [path, targets] of Object.entries(subpaths)) {
  if (targets.require === undefined) continue;
  const forms = { import: targets.node.import, require: targets.require, bundlers: targets.default };
  const builds = [
    await import(`../${forms.import}`),
    require(`../${forms.require}`),
    await import(`../${forms.bundlers}`),
  ];
  const [names, ...others] = builds.map((build) => Object.entries(build).flatMap(namesOf).sort());
  if (others.some((other) => other.join() !== names.join())) {
    throw new Error(`${path} exports other names in one of ${Object.values(forms).join(', ')}`);
  }
  found[path.replace('.', 'tenax')] = names;
  // What is exported prints by its own name, whatever the bundler called it within.
  for (const [name, value] of builds.flatMap((build) => Object.entries(build))) {
    if (typeof value !== 'function' || value.name === name) continue;
    console.error(`${path} exports ${name}, which is called ${value.name}`);
    process.exitCode = 1;
  }
}

if (process.argv.includes('--update')) writeFileSync(approvedPath, `${JSON.stringify(found, null, 2)}\n`);
const approved = JSON.parse(readFileSync(approvedPath, 'utf8'));
for (const path of new Set([...Object.keys(found), ...Object.keys(approved)])) {
  const [is, should] = [found[path] ?? [], approved[path] ?? []];
  const news = is.filter((name) => !should.includes(name));
  const gone = should.filter((name) => !is.includes(name));
  for (const name of news) console.error(`${path} exports ${name}, which is not approved`);
  for (const name of gone) console.error(`${path} no longer exports ${name}`);
  if (news.length + gone.length > 0) process.exitCode = 1;
}
if (process.exitCode === undefined) console.log('the exports are as approved');
