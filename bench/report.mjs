/** Turns the figures of a scenario into a table, for the screen and for the documentation. */

/** What a scenario of two columns shows: a figure and its ratio to the floor. */
const PLAIN = (unit) => ({ value: unit, ratio: 'ratio to the floor' });

const columnsOf = ({ columns, unit }) => columns ?? PLAIN(unit);

const digits = (key, value) => {
  if (typeof value !== 'number') return '';
  if (/ratio|growth/i.test(key))
    return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
  if (value >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en');
  return value.toFixed(1);
};

/** The bars of one row: a number is a bar for the ratio. */
const barsOf = ({ bars }, { name }) => {
  const bar = bars[name];
  return typeof bar === 'number' ? { ratio: bar } : (bar ?? {});
};

function cells(result) {
  const columns = columnsOf(result);
  const head = ['', ...Object.values(columns)];
  const rows = result.rows.map((row) => [
    row.name,
    ...Object.keys(columns).map((key) => {
      const bar = barsOf(result, row)[key];
      const shown = digits(key, row[key]);
      return bar === undefined ? shown : `${shown} (≤ ${bar}${row[key] <= bar ? '' : ', missed'})`;
    }),
  ]);
  return [head, ...rows];
}

/** One line for every bar that was missed. */
export function missed(result) {
  const columns = columnsOf(result);
  return result.rows.flatMap((row) =>
    Object.entries(barsOf(result, row))
      .filter(([key, bar]) => !(row[key] <= bar))
      .map(([key, bar]) => `${result.title}: ${row.name}, ${columns[key]}: ${digits(key, row[key])} instead of ${bar}`),
  );
}

export function asText(result) {
  const table = cells(result);
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const lines = table.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
  );
  return `${result.title}; floor: ${result.floor}\n${lines.join('\n')}\n`;
}

export function asMarkdown(result) {
  const [head, ...rows] = cells(result);
  const line = (row) => `| ${row.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return `### ${result.title}\n\nFloor: ${result.floor}.\n\n${[head, rule, ...rows].map(line).join('\n')}\n`;
}
