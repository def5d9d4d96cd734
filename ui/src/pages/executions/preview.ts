// SPDX-License-Identifier: Apache-2.0
import { isRecord } from '../../editor/schema';

export interface Rows {
  head: string[];
  rows: string[][];
}

/** Rows of a file of rows, by its extension; nothing if it isn't one, or isn't what its name says. */
export function rowsOf(content: string, extension: string): Rows | undefined {
  if (extension === 'csv' || extension === 'tsv') {
    const [head, ...rows] = cellsOf(content, extension === 'csv' ? ',' : '\t');
    return head && head.length > 1 ? { head, rows } : undefined;
  }
  return extension === 'jsonl' || extension === 'ndjson' || extension === 'ion' ? recordsOf(content) : undefined;
}

function recordsOf(content: string): Rows | undefined {
  const head = new Set<string>();
  const records: Record<string, unknown>[] = [];
  for (const line of content.split('\n')) {
    if (line.trim() === '') continue;
    let record: unknown;
    try {
      record = JSON.parse(line);
    } catch {
      return undefined;
    }
    if (!isRecord(record)) return undefined;
    Object.keys(record).forEach((key) => head.add(key));
    records.push(record);
  }
  const columns = [...head];
  const text = (value: unknown) => (value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value));
  return records.length > 0 ? { head: columns, rows: records.map((record) => columns.map((column) => text(record[column]))) } : undefined;
}

/** Cells of comma-separated values (RFC 4180). */
function cellsOf(content: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < content.length; i++) {
    const at = content[i];
    if (quoted) {
      if (at !== '"') cell += at;
      else if (content[i + 1] === '"') cell += content[i++];
      else quoted = false;
    } else if (at === '"' && cell === '') quoted = true;
    else if (at === separator || at === '\n') {
      row.push(cell.replace(/\r$/, ''));
      cell = '';
      if (at === '\n') {
        rows.push(row);
        row = [];
      }
    } else cell += at;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return rows;
}
