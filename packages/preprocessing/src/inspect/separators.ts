import { headRows, type Head } from './head.js';

/** Rows that a separator is tried on. */
const TRIED_ROWS = 200;
/** Share of the rows that must have as many fields as most have. */
const CONSISTENT = 0.95;
/** Separators of files that people share, the surest first. */
const common = ['\t', '::', '||', ';', ',', '|'] as const;

/** A table as its separator cuts it. */
export interface Table {
  readonly separator: string;
  /** Fields that most rows have. */
  readonly fields: number;
}

/** The separator that cuts the rows into at least two fields, as many in nearly all of them. */
export function findSeparator(head: Head): Table | undefined {
  const tables = common.flatMap((separator) => consistentTable(head, separator) ?? []);
  const sure = tables.find(({ separator }) => separator.length === 2 || separator === '\t');
  const most = Math.max(...tables.map((table) => table.fields));
  return (
    sure ??
    tables.find((table) => table.fields === most) ??
    unusualTable(head) ??
    consistentTable(head, ' ')
  );
}

/** Cut by a character that is none of the common ones and neither letter, digit, space nor part of a number or date. */
function unusualTable(head: Head): Table | undefined {
  const characters = new Set(head.lines[0]!.match(/[^\p{L}\p{N}\s"'.+\-:/_\\()[\]{}@]/gu));
  const tables = [...characters].flatMap((character) => {
    const doubled = consistentTable(head, character + character);
    return doubled ?? consistentTable(head, character) ?? [];
  });
  const colons = consistentTable(head, ':');
  const most = Math.max(...tables.map((table) => table.fields));
  return tables.find((table) => table.fields === most) ?? colons;
}

function consistentTable(head: Head, separator: string): Table | undefined {
  if (/["\r\n]/.test(separator)) return undefined;
  const counts = new Map<number, number>();
  const rows = headRows(head, separator, true, TRIED_ROWS);
  for (const row of rows) counts.set(row.length, (counts.get(row.length) ?? 0) + 1);
  const [fields = 0, frequency = 0] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  return fields >= 2 && frequency >= CONSISTENT * rows.length ? { separator, fields } : undefined;
}
