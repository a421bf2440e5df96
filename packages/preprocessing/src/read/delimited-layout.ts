import { show, suggest, TensorecError } from '@tensorec/core';
import { LineProblem } from './line-problem.js';
import type { DelimitedColumns, DelimitedSpec, RecBoleSpec } from './specification.js';

/** How a delimited file is laid out, whatever specification said so. */
export interface DelimitedLayout {
  readonly separator: string;
  readonly header: boolean;
  /** Whether cells may be quoted. */
  readonly quotes: boolean;
  /** What a header's cell names. */
  columnName(cell: string): string;
  /** The columns to read, given the names in the header (none without a header). */
  columns(names: readonly string[]): DelimitedColumns;
}

/** The layout that a delimited specification describes. */
export function delimitedLayout(spec: DelimitedSpec): DelimitedLayout {
  const columns = spec.columns ?? { user: 0, item: 1 };
  const named = Object.values(columns).find((column) => typeof column === 'string');
  requireHeader(spec.header, named);
  return {
    separator: spec.separator ?? ',',
    header: spec.header ?? named !== undefined,
    quotes: true,
    columnName: (cell) => cell,
    columns: () => columns,
  };
}

/** Throws when a column is given by name and there is no header to find it in. */
function requireHeader(header: boolean | undefined, named: string | undefined): void {
  if (header !== false || named === undefined) return;
  throw new TensorecError(
    'invalid-argument',
    `The column ${show(named)} is given by name and header is false; give its index, or set header to true.`,
  );
}

/** The layout of RecBole's atomic files: tabs, a header of `name:type`, no quoting. */
export const recBoleFile: Omit<DelimitedLayout, 'columns'> = {
  separator: '\t',
  header: true,
  quotes: false,
  columnName: (cell) => cell.replace(/:(?:token|float)(?:_seq)?$/, ''),
};

/** The layout that a RecBole specification describes. */
export function recBoleLayout(spec: RecBoleSpec): DelimitedLayout {
  return {
    ...recBoleFile,
    columns: (names) =>
      spec.columns ?? {
        user: 'user_id',
        item: 'item_id',
        value: names.includes('rating') ? 'rating' : undefined,
        timestamp: names.includes('timestamp') ? 'timestamp' : undefined,
      },
  };
}

/** The index of a column; a {@link LineProblem} at `position` when the header does not name it. */
export function columnIndex(
  column: number | string,
  names: readonly string[],
  separator: string,
  position: number,
): number {
  if (typeof column === 'number') return column;
  const found = names.indexOf(column);
  if (found >= 0) return found;
  const separatorHint = names.length === 1 ? likelySeparator(names[0]!, separator, 2) : undefined;
  throw new LineProblem(
    `found the columns ${names.map((name) => show(name)).join(', ')}, expected one named ${show(column)}` +
      (separatorHint === undefined
        ? suggest(column, names).replace(/\?$/, '')
        : `; set separator to ${show(separatorHint)}`),
    position,
    true,
  );
}

const separators = ['\t', ',', ';', '::', '|', ' '];

/** A separator other than the given one that parts a line into at least `fields` fields. */
export function likelySeparator(line: string, tried: string, fields: number): string | undefined {
  return separators.find(
    (separator) => separator !== tried && line.split(separator).length >= fields,
  );
}
