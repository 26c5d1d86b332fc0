// Builds the documentation as a site, docs/.vitepress/dist: the pages of docs/, the start of the README, the API reference
// from the sources, and the playground, which `node .ci/playground.mjs --build` has built before.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const OUT = 'docs/.vitepress/dist';
const run = (name, ...args) => execFileSync(`node_modules/.bin/${name}`, args, { stdio: 'inherit' });

const COPIES = {
  'README.md': 'docs/start.md',
  'CHANGELOG.md': 'docs/changelog.md',
  'CONTRIBUTING.md': 'docs/contributing.md',
};

/** The pages that stand beside docs/ in the repository. Their links lead into docs/, where the copies stand. */
function writeCopies() {
  for (const [file, copy] of Object.entries(COPIES)) {
    const text = readFileSync(file, 'utf8')
      .replace(/\n## In this repository\n[\s\S]*$/, '\n')
      .replace(/^# tenax$/m, '# Start')
      .replaceAll('](docs/', '](')
      .replaceAll('](CHANGELOG.md)', '](changelog.md)')
      .replaceAll('](CONTRIBUTING.md)', '](contributing.md)');
    writeFileSync(copy, text);
  }
}

rmSync('docs/reference', { recursive: true, force: true });
run(
  'typedoc',
  ...['--plugin', 'typedoc-plugin-markdown', '--out', 'docs/reference', '--logLevel', 'Warn'],
  ...[
    '--entryFileName',
    'index',
    '--modulesFileName',
    'index',
    '--hideBreadcrumbs',
    'true',
    '--hidePageHeader',
    'true',
  ],
  ...['--useCodeBlocks', 'true', '--parametersFormat', 'table', '--interfacePropertiesFormat', 'table'],
);
writeCopies();
try {
  run('vitepress', 'build', 'docs');
} finally {
  for (const copy of Object.values(COPIES)) rmSync(copy);
}
for (const file of ['index.html', 'playground.css', 'dist']) {
  if (existsSync(`docs/playground/${file}`))
    cpSync(`docs/playground/${file}`, `${OUT}/playground/${file}`, { recursive: true });
}
cpSync('docs/start.png', `${OUT}/start.png`);
cpSync('docs/pictures/herd.svg', `${OUT}/herd.svg`);
cpSync('policy.schema.json', `${OUT}/policy.schema.json`);
console.log(`${OUT} is a static site: serve it with any web server.`);
