import { show, TensorecError } from '@tensorec/core';
import type { ByteSource } from '../read/records.js';
import { rolesByName } from './column-names.js';
import { parseObject } from './guess-json.js';
import { headRows, readHead, type Head } from './head.js';
import { findSeparator } from './separators.js';

/** How a file that describes items seems to be laid out. */
export interface ItemsGuess {
  readonly format: 'delimited' | 'jsonl' | 'recbole';
  /** Column of the ids. */
  readonly id: string;
  /** Column of the titles. */
  readonly title: string;
  /** Of a delimited file that is not parted by commas. */
  readonly separator: string | undefined;
  /** Other columns that hold nearly as many ids of the interactions, so that only a person can tell which it is. */
  readonly rivals: readonly string[];
}

/** What is known of the interactions that the items belong to. */
export interface ItemsHints {
  /** Name of their item column: a column of that name holds the ids. */
  readonly itemName?: string | undefined;
  /** Their item ids as text: the column that holds the most of them is the ids'. */
  readonly itemIds?: ReadonlySet<string> | undefined;
}

/** Rows that are judged. */
const JUDGED_ROWS = 50_000;
/** Share of the ids that the best column holds at which another one may be meant. */
const RIVAL = 0.9;
const titles = /(?:title|name|label|caption|headline)s?$/i;

/**
 * Guesses which columns of a file about items are their ids and titles, by the names in its header.
 *
 * @param hints - what is known of the interactions
 * @throws TensorecError `empty-data` for a file without such columns, `parse` for what is no text; what the source throws.
 */
export async function guessItems(source: ByteSource, hints: ItemsHints = {}): Promise<ItemsGuess> {
  const head = await readHead(source);
  const first = head.lines[0]!;
  if (first.startsWith('{')) {
    const objects = head.lines.slice(0, JUDGED_ROWS).flatMap(parseObject);
    const names = [...(objects[0]?.keys() ?? [])];
    const rows = objects.map((object) => names.map((name) => textOf(object.get(name))));
    return { format: 'jsonl', ...pick(head, names, rows, hints), separator: undefined };
  }
  const separator = findSeparator(head)?.separator ?? ',';
  const isTyped = separator === '\t' && /^[^\t:]+:(?:token|float)/.test(first);
  const [header = [], ...rows] = headRows(head, separator, !isTyped, JUDGED_ROWS);
  const names = isTyped ? header.map((name) => name.replace(/:.*/, '')) : header;
  const picked = pick(head, names, rows, hints);
  return isTyped
    ? { format: 'recbole', ...picked, separator: undefined }
    : { format: 'delimited', ...picked, separator: separator === ',' ? undefined : separator };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function pick(
  head: Head,
  names: readonly string[],
  rows: readonly (readonly string[])[],
  { itemName, itemIds }: ItemsHints,
): Pick<ItemsGuess, 'id' | 'title' | 'rivals'> {
  const cells = names.map((_, column) =>
    rows.map((row) => row[column] ?? '').filter((cell) => cell !== ''),
  );
  const isKey = (column: number): boolean => {
    const own = cells[column] ?? [];
    return own.length > 0 && new Set(own).size === own.length;
  };
  const exact = names.findIndex((name) => name.toLowerCase() === 'title');
  const title = exact >= 0 ? exact : names.findIndex((name) => titles.test(name));
  const named = names.indexOf(itemName ?? '');
  const known = itemIds === undefined ? [] : knownBy(cells, itemIds, isKey);
  const most = Math.max(0, ...known);
  const id = [
    named,
    most === 0 ? -1 : known.indexOf(most),
    rolesByName(names.map((name, column) => (column === title ? '' : name))).item ?? -1,
    names.findIndex((name, column) => column !== title && /id$/i.test(name) && isKey(column)),
    ...names.keys(),
  ].find((column) => column >= 0 && column !== title && isKey(column));
  const rivals = names.filter(
    (_, column) => named < 0 && column !== id && known[column]! >= RIVAL * Math.max(1, most),
  );
  if (id !== undefined && title >= 0) return { id: names[id]!, title: names[title]!, rivals };
  const shown = names.slice(0, 8).map((name) => show(name));
  const reason = title < 0 ? 'there is no title' : 'there are no ids that are all different';
  throw new TensorecError(
    'empty-data',
    `${head.name} does not describe items: among its columns ${shown.join(', ')} ${reason}. Name its columns item and title in a header.`,
  );
}

/** How many ids of the interactions each column holds; none where its cells are not all different. */
function knownBy(
  cells: readonly (readonly string[])[],
  itemIds: ReadonlySet<string>,
  isKey: (column: number) => boolean,
): number[] {
  return cells.map((own, column) =>
    isKey(column) ? own.filter((cell) => itemIds.has(cell)).length : 0,
  );
}
