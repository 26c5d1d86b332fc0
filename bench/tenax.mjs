/** The package as it is built and shipped. */
export * from '../dist/esm/index.js';
