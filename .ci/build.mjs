// Builds the package, in three forms of which each user loads one:
//
// - dist/esm: a file per module, for bundlers, which drop what is not used. Third-party code is in dist/esm/vendor.
// - dist/node: ESM for Node, a file per entry point; what entry points share is in chunks, so that a program loads few
//   files and one copy of every class.
// - dist/cjs: the same for `require`, translated file by file from dist/node.
//
// Declarations come from tsc, a file per module, beside dist/esm and dist/cjs.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build, transform } from 'esbuild';
import ts from 'typescript';

const { exports: subpaths, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.values(subpaths).flatMap(({ require: file }) =>
  file === undefined ? [] : [file.replace('./dist/cjs/', '').replace(/\.js$/, '')],
);
const external = [...Object.keys(peerDependencies), 'node:*'];
const common = { target: 'es2022', format: 'esm', platform: 'neutral', legalComments: 'none', logLevel: 'warning' };

rmSync('dist', { recursive: true, force: true });
declarations({ outDir: 'dist/esm' });
declarations({
  outDir: 'dist/cjs',
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  verbatimModuleSyntax: false,
});
checkDeclarations();
await buildModules();
const { metafile } = await buildForNode();
writeLicences(metafile);

/**
 * Members of classes and interfaces that are marked `@internal` are left out, and so are `implements` clauses, which may ask
 * for such a member and mean nothing to users. A marked declaration at the top of a file stays: others in the package may
 * need it, and no entry point exports it. The method of a gate stays: options take whatever has one.
 */
function declarations(extra) {
  const { options, fileNames } = configured({
    noEmit: false,
    emitDeclarationOnly: true,
    stripInternal: true,
    ...extra,
  });
  const host = ts.createCompilerHost(options);
  const { readFile } = host;
  host.readFile = (path) =>
    readFile(path)?.replaceAll(/^\/\*\*[\s\S]*?\*\/|@internal \*\/(?=\s+\[GATE\])/gm, (comment) =>
      comment.replaceAll('@internal', ''),
    );
  const program = ts.createProgram(fileNames, options, host);
  const { diagnostics } = program.emit(undefined, undefined, undefined, true, {
    afterDeclarations: [withoutImplements],
  });
  report([...ts.getPreEmitDiagnostics(program), ...diagnostics]);
}

function withoutImplements(context) {
  const { factory } = context;
  const visit = (node) => {
    if (!ts.isClassDeclaration(node)) return node;
    const { modifiers, name, typeParameters, heritageClauses, members } = node;
    const clauses = heritageClauses?.filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
    return factory.updateClassDeclaration(node, modifiers, name, typeParameters, clauses, members);
  };
  return (file) => ts.visitEachChild(file, visit, context);
}

/** That they compile without the sources, as they must for a user whose `skipLibCheck` is off. */
function checkDeclarations() {
  const { options } = configured({ skipLibCheck: false, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'], rootDir: 'dist' });
  const program = ts.createProgram(
    entries.map((entry) => `dist/esm/${entry}.d.ts`),
    options,
  );
  const ours = program.getSourceFiles().filter(({ fileName }) => !fileName.includes('node_modules'));
  report(ours.flatMap((file) => program.getSemanticDiagnostics(file)));
}

function configured(extra) {
  const parsed = ts.getParsedCommandLineOfConfigFile('tsconfig.json', extra, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => report([diagnostic]),
  });
  return { ...parsed, options: { ...parsed.options, ...extra } };
}

function report(diagnostics) {
  if (diagnostics.length === 0) return;
  throw new Error(
    ts.formatDiagnostics(diagnostics, {
      getCurrentDirectory: process.cwd,
      getNewLine: () => '\n',
      getCanonicalFileName: (name) => name,
    }),
  );
}

/** A file per module; what they import of others comes from dist/esm/vendor. */
async function buildModules() {
  await build({ ...common, entryPoints: ['lib/**/*.ts'], outdir: 'dist/esm', outbase: 'lib' });
  const vendors = new Set();
  for (const file of filesIn('dist/esm')) {
    const code = readFileSync(file, 'utf8').replaceAll(/^(.* from )"([^."][^"]*)";$/gm, (line, before, name) => {
      if (name.startsWith('node:') || external.some((peer) => name === peer || name.startsWith(`${peer}/`)))
        return line;
      vendors.add(name);
      return `${before}"${relative(dirname(file), `dist/esm/vendor/${name}.js`)}";`;
    });
    writeFileSync(file, code);
  }
  await build({
    ...common,
    entryPoints: [...vendors],
    outdir: 'dist/esm/vendor',
    entryNames: '[name]',
    bundle: true,
    mainFields: ['module', 'main'],
    conditions: ['import'],
  });
}

/** Few files, without comments and blanks; names at the top of a file stay, so that stack traces can be read. */
async function buildForNode() {
  const result = await build({
    ...common,
    entryPoints: Object.fromEntries(entries.map((entry) => [entry, `lib/${entry}.ts`])),
    outdir: 'dist/node',
    bundle: true,
    splitting: true,
    mainFields: ['module', 'main'],
    conditions: ['import'],
    external,
    chunkNames: 'chunks/[hash]',
    metafile: true,
  });
  await mergeCore(result.metafile);
  for (const file of filesIn('dist/node')) {
    const code = declaredClasses(readFileSync(file, 'utf8'));
    writeFileSync(file, await minifiedModule(code));
    const cjs = join('dist/cjs', relative('dist/node', file));
    mkdirSync(dirname(cjs), { recursive: true });
    writeFileSync(cjs, await minifiedCommonJs(code));
  }
  writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
  return result;
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith('.js'))
    .map((file) => join(folder, file));
}

/** As a script, whose top-level names esbuild keeps. Node prints the whole line where an error was thrown: lines are short. */
async function minifiedScript(code) {
  return (await transform(code, { minify: true, lineLimit: 100, target: 'es2022', legalComments: 'none' })).code;
}

/** esbuild writes the imports of a bundle in front and its exports at the end. */
async function minifiedModule(code) {
  const imports = [];
  const exports = [];
  const body = code
    .replaceAll(/^import(?: [^;]*? from)? "[^"]*";\n/gm, (line) => (imports.push(line), ''))
    .replaceAll(/^export \{[^}]*\}(?: from "[^"]*")?;\n/gm, (line) => (exports.push(line), ''));
  if (/^(?:import|export)\b/m.test(body)) throw new Error('an import or export that is not where it is looked for');
  const outside = [...imports, ...exports].map((line) => line.replaceAll(/\s+/g, ' ')).join('\n');
  return `${outside}\n${await minifiedScript(body)}`;
}

/** The names of the exports stand at the end, where Node looks for them when an ES module imports the file. */
async function minifiedCommonJs(code) {
  const { code: cjs } = await transform(code, { format: 'cjs', target: 'es2022', platform: 'node' });
  const [body, names = ''] = cjs.split('// Annotate the CommonJS export names for ESM import in node:\n');
  return `${await minifiedScript(body)}${names.replaceAll(/\s+/g, ' ').trim()}\n`;
}

/**
 * A class comes as `var Bucket = class {`, or as `var Bucket = class _Bucket` or `Bucket2` where it mentions itself. As a
 * declaration it keeps its name, in what strategies print and in what is inspected.
 */
function declaredClasses(code) {
  const renamed = [...code.matchAll(/^var (\w+) = class (_\1|\1\d+)\b/gm)];
  return renamed
    .reduce((text, [, name, inner]) => text.replaceAll(new RegExp(`\\b${inner}\\b`, 'g'), name), code)
    .replaceAll(/^var (\w+) = class(?: \1)?(?= extends | \{)/gm, 'class $1');
}

/** What is bundled of others keeps its licence. */
function writeLicences({ inputs }) {
  const bundled = new Set(
    Object.keys(inputs).flatMap((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
  );
  const notices = [...bundled].sort().map((name) => {
    const { version, homepage } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'));
    const licence = readdirSync(`node_modules/${name}`).find((file) => /^licen[cs]e/i.test(file));
    return `${name} ${version} (${homepage})\n\n${readFileSync(`node_modules/${name}/${licence}`, 'utf8')}`;
  });
  writeFileSync('dist/THIRD-PARTY-LICENSES.txt', notices.join(`\n${'-'.repeat(80)}\n\n`));
}

/**
 * Makes one file of the chunks that the core is split into. A program loads one file sooner than six, and a bundler has no
 * imports to warn about that are there for their order alone.
 */
async function mergeCore({ outputs }) {
  const core = new Set();
  const collect = (output) => {
    for (const { path } of outputs[output].imports) {
      if (outputs[path] === undefined || core.has(path)) continue;
      core.add(path);
      collect(path);
    }
  };
  collect('dist/node/index.js');
  const names = [...core].flatMap((chunk) => outputs[chunk].exports);
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  if (twice.length > 0) throw new Error(`two chunks of the core export the same name: ${twice.join(', ')}`);

  await build({
    ...common,
    stdin: {
      contents: [...core].map((chunk) => `export * from './${chunk.split('/').at(-1)}';`).join('\n'),
      resolveDir: 'dist/node/chunks',
    },
    outfile: 'dist/node/chunks/core.js',
    bundle: true,
    external,
    // The chunks count as free of side effects, and all that they export is kept.
    logLevel: 'error',
  });
  for (const output of Object.keys(outputs)) {
    if (core.has(output)) {
      rmSync(output);
      continue;
    }
    const ours = (path) => core.has(join(dirname(output), path));
    const code = readFileSync(output, 'utf8')
      .replaceAll(/^import "(\..*)";\n/gm, (line, path) => (ours(path) ? '' : line))
      .replaceAll(/^\} from "(\..*)";$/gm, (line, path) =>
        ours(path) ? `} from "${path.replace(/[^/]+$/, 'core.js')}";` : line,
      );
    writeFileSync(output, code);
  }
}
