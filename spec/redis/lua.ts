/** The commands of Redis that a script uses. */
export const commandsOf = (script: string): string[] =>
  [...new Set(Array.from(script.matchAll(/redis\.call\('([A-Z]+)'/g), ([, name]) => name as string))].sort();

/** The libraries of Lua and Redis that a script uses. */
export const librariesOf = (script: string): string[] =>
  [...new Set(Array.from(script.matchAll(/\b(?<!\.)([a-z]+)\.[a-z]+\(/g), ([, name]) => name as string))].sort();

/** Whether each block of a script ends, and each parenthesis is closed. */
export function isBalanced(script: string): boolean {
  const code = script.replaceAll(/'[^']*'/g, "''");
  // `for` and `while` begin a block with their `do`.
  const count = (pattern: RegExp): number => Array.from(code.matchAll(pattern)).length;
  return (
    count(/\b(?:function|if|do)\b/g) === count(/\bend\b/g) &&
    count(/\(/g) === count(/\)/g) &&
    count(/\{/g) === count(/\}/g) &&
    count(/\[/g) === count(/\]/g)
  );
}
