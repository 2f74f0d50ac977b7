// How every benchmark says what it has measured: one plain table, and with `--json FILE` the same for programs.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/**
 * @typedef {object} Row One figure that shall reach something.
 * @property {string} name as in the table of figures to reach
 * @property {number} value median of the runs
 * @property {string} unit
 * @property {string | null} baseline what it was measured against, and what that came to in the same run
 * @property {number} reach
 * @property {boolean} ok
 */

/** The middle of a list of numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A figure that shall not be above `reach`. */
export const atMost = (reach, row) => ({ baseline: null, ...row, reach, bound: '≤', ok: row.value <= reach });

/** A figure that shall not be below `reach`. */
export const atLeast = (reach, row) => ({ baseline: null, ...row, reach, bound: '≥', ok: row.value >= reach });

/** Three digits are as much as any of these measurements is good for. */
export const shown = (value) => (Number.isInteger(value) ? value.toLocaleString('en') : String(Number(value.toPrecision(3))));

/** Columns as wide as their widest cell. */
export function table(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  return lines.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}

/** Where the caller wants the figures, from `--json FILE` on the command line. */
export function jsonFile() {
  const { values } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
  return values.json;
}

/** Prints the rows; a figure that is missed is said and is no error. */
export function print(rows) {
  const lines = rows.map((row) => [
    row.name,
    `${shown(row.value)} ${row.unit}`,
    row.baseline ?? '–',
    `${row.bound} ${shown(row.reach)}`,
    row.ok ? 'ok' : 'MISSED',
  ]);
  console.log(`\n${table([['figure', 'value', 'baseline', 'reach', ''], ...lines])}`);
}

/** Writes the rows for programs. */
export function write(file, rows) {
  const kept = rows.map(({ name, value, unit, baseline, reach, ok }) => ({ name, value, unit, baseline, reach, ok }));
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`);
}
