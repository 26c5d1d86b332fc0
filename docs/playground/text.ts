// How figures read.
export const time = (ms: number): string =>
  ms === Infinity ? 'for ever' : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

export const count = (value: number): string => value.toLocaleString('en');

export const color = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export const element = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;

/** An element with a class and content; text is never read as HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...content: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...content);
  return made;
}
