const GAP = /[\s,]*/y;
/** `<https://host/items?page=2>` */
const TARGET = /<([^>]*)>/y;
/** `; rel="next"`, `; rel=next` or `; crossorigin`, and what does not belong there, up to where the next one may begin. */
const PARAMETER = /\s*;\s*([^\s=;,"]*)\s*(?:=\s*(?:"([^"\\]*(?:\\.[^"\\]*)*)"|([^\s;,"]*)))?[^;,]*/sy;
const REST = /[^,]*/y;

/**
 * The targets of the links of one relation in a Link header (RFC 8288). Malformed parameters are passed over, as its
 * appendix B wants it. In linear time on any input.
 *
 * @returns undefined for a text that is no list of links
 */
export function linkTargets(header: string, relation: string): readonly string[] | undefined {
  const targets: string[] = [];
  const lastEnd = header.lastIndexOf('>');
  let at = 0;
  const read = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(header);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  for (;;) {
    read(GAP);
    if (at === header.length) return targets;
    // Where no target can end, none is looked for: that would read the rest of the text once for each `<`.
    const target = at < lastEnd ? read(TARGET) : null;
    if (target === null) return undefined;
    let relations: string | undefined;
    for (let found = read(PARAMETER); found !== null; found = read(PARAMETER)) {
      const [, name, quoted, plain = ''] = found as unknown as [string, string, string?, string?];
      // Of several only the first counts.
      if (name.toLowerCase() === 'rel') relations ??= quoted?.replaceAll(/\\(.)/gs, '$1') ?? plain;
    }
    read(REST);
    if (relations?.toLowerCase().split(/\s/).includes(relation)) targets.push((target[1] as string).trim());
  }
}
