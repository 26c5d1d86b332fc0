// The direction of imports, type-only ones included. The lower a folder stands in LAYERS, the more may import it.
const LAYERS = ['base', 'headers', 'call', 'limits', 'strategies', 'engine'];
const CORE = [...LAYERS, 'breaker', 'decorators', 'json', 'simulation'];
const lib = (...folders) => `^lib/(${folders.join('|')})/`;

const layers = LAYERS.map((layer, i) => ({
  name: `${layer}-imports-downwards`,
  severity: 'error',
  from: { path: lib(layer) },
  to: { path: '^lib/', pathNot: lib(...LAYERS.slice(0, i + 1)) },
}));

/** What each folder above the layers may import beside itself. */
const ABOVE = {
  breaker: LAYERS,
  decorators: [...LAYERS, 'breaker'],
  json: LAYERS,
  simulation: [...LAYERS, 'breaker'],
  http: LAYERS,
  axios: [...LAYERS, 'http'],
  redis: ['base', 'call', 'limits'],
  testing: ['base', 'limits'],
  context: ['base', 'call', 'strategies', 'engine'],
  opentelemetry: ['base', 'call', 'limits', 'engine'],
  winston: ['base', 'strategies'],
};

const directions = Object.entries(ABOVE).map(([folder, allowed]) => ({
  name: `${folder}-imports-downwards`,
  severity: 'error',
  from: { path: lib(folder) },
  to: { path: '^lib/', pathNot: lib(folder, ...allowed) },
}));

/** Each of these is imported by its own entry point alone. */
const PEERS = {
  axios: 'axios',
  winston: 'winston',
  redis: 'ioredis|redis',
  opentelemetry: '@opentelemetry/[^/]+',
};

const peers = Object.entries(PEERS).map(([folder, peer]) => ({
  name: `${folder}-alone-imports-its-peer`,
  severity: 'error',
  from: { path: '^lib/', pathNot: lib(folder) },
  to: { path: `node_modules/(${peer})/` },
}));

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...layers,
    ...directions,
    {
      name: 'the-core-knows-no-client',
      severity: 'error',
      from: { path: `${lib(...CORE)}|^lib/index` },
      to: { path: '^lib/', pathNot: `${lib(...CORE)}|^lib/index` },
    },
    {
      name: 'no-node-built-in-in-core-and-http',
      severity: 'error',
      from: { path: `${lib(...CORE, 'http')}|^lib/index` },
      to: { dependencyTypes: ['core'] },
    },
    ...peers,
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
