/** The package as it is built and shipped. */
export * from '../dist/node/index.js';
