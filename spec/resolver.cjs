/**
 * Finds `./x.ts` for `./x.js`, as ESM sources import it. A `moduleNameMapper` could do that, too, but jest would look for
 * every import of every spec again.
 */
module.exports = (name, options) => {
  const own = name.startsWith('.') && name.endsWith('.js') && !options.basedir.includes('node_modules');
  return options.defaultResolver(own ? name.slice(0, -'.js'.length) : name, options);
};
