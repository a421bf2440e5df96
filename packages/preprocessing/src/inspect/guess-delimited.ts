import { show, TensorecError } from '@tensorec/core';
import type { DelimitedColumns, NamedColumns, TestSpec } from '../read/specification.js';
import { namesOf, namesSessions, rolesByName, type ColumnRole } from './column-names.js';
import {
  canBeIds,
  canBeTimes,
  columnContent,
  looksLikeRatings,
  looksLikeTimes,
  type ColumnContent,
} from './column-content.js';
import type { FormatGuess, GuessAlternative } from './format-guess.js';
import { headRows, type Head } from './head.js';
import type { Table } from './separators.js';

/** Rows that columns are judged by. */
const JUDGED_ROWS = 5000;
/** Rows from which on a column without any repeated cell is no user and no item. */
const ENOUGH_ROWS = 20;
/** Tables of more columns are not judged by their content. */
const MOST_UNNAMED_COLUMNS = 5;
/** Names of columns that hold neither the user nor the item of an event: other users, and what is known of either. */
const otherMeaning =
  /friend|follow|trust|neighbou?r|user|target|source|title|name|label|genre|categor|price|desc|brand|tag|url|link|image|year|country|city|gender|age$|occupation|zip/i;
const TYPED = /^[^:]+:(?:token|float)(?:_seq)?$/;

/** A table: its names and what its columns hold. */
interface Columns {
  readonly file: string;
  /** Names in the header; undefined without one. */
  readonly header: readonly string[] | undefined;
  readonly body: readonly (readonly string[])[];
  readonly contents: readonly ColumnContent[];
}

type Roles = Partial<Record<ColumnRole, number>>;

/**
 * Guesses the columns of a table.
 *
 * @throws TensorecError `empty-data` when it has no user or no item, with what it has.
 */
export function guessDelimited(head: Head, table: Table): FormatGuess {
  const isTyped =
    table.separator === '\t' && head.lines[0]!.split('\t').every((name) => TYPED.test(name));
  const rows = headRows(head, table.separator, !isTyped, JUDGED_ROWS);
  const [first = [], ...rest] = rows;
  const header = isTyped || isHeader(first, rest) ? first : undefined;
  const body = (header === undefined ? rows : rest).filter((row) => row.length === table.fields);
  const columns: Columns = {
    file: head.name,
    header,
    body,
    contents: Array.from({ length: table.fields }, (_, column) => columnContent(body, column)),
  };
  if (body.length === 0) throw noInteractions(columns, 'there are no lines after the header');
  const reasons = [
    `${table.fields} fields separated by ${show(table.separator)} on ${body.length === rest.length + (header ? 0 : 1) ? 'all' : 'nearly all'} of the first ${body.length} lines`,
  ];
  const roles: Roles = header === undefined ? {} : { ...rolesByName(header) };
  for (const [role, column] of Object.entries(roles)) {
    reasons.push(`the header names the ${role} ${show(header![column])}`);
  }
  const byName = roles.user !== undefined && roles.item !== undefined;
  if (!byName) findByContent(columns, roles, reasons);
  const missing = dropUnreadable(columns, roles);
  const order = orderOf(columns, roles, reasons);
  return {
    spec: specOf(columns, roles, table.separator, isTyped),
    part: 'whole',
    confidence: byName ? 0.95 : order === 'timestamps' || roles.value !== undefined ? 0.7 : 0.6,
    reasons,
    alternatives: byName ? [] : alternativesOf(columns, roles, table.separator),
    missing,
    values: valuesOf(columns, roles),
    order,
    users: header !== undefined && namesSessions(header[roles.user!] ?? '') ? 'sessions' : 'users',
  };
}

/** Whether the first row names the columns. */
function isHeader(first: readonly string[], rest: readonly (readonly string[])[]): boolean {
  const { user, item } = rolesByName(first);
  if (user !== undefined && item !== undefined) return true;
  const named = user ?? item;
  if (named !== undefined && !rest.some((row) => row[named] === first[named])) return true;
  return first.some(
    (name, column) =>
      name.trim() !== '' &&
      !columnContent([first], column).numeric &&
      rest.length > 0 &&
      columnContent(rest.slice(0, 100), column).numeric,
  );
}

/** Finds roles that no name tells, by what the columns hold. */
function findByContent(columns: Columns, roles: Roles, reasons: string[]): void {
  const { header, contents, body } = columns;
  if (contents.length > MOST_UNNAMED_COLUMNS && header !== undefined) {
    throw missingColumn(columns, roles);
  }
  const taken = (): readonly number[] => Object.values(roles);
  const free = (): number[] => contents.map((_, n) => n).filter((n) => !taken().includes(n));
  const ids = idColumns(
    columns,
    free(),
    (['user', 'item'] as const).filter((role) => roles[role] === undefined).length,
  );
  const repeats = (n: number): boolean =>
    body.length < ENOUGH_ROWS || contents[n]!.distinct < body.length;
  for (const role of ['user', 'item'] as const) {
    if (roles[role] !== undefined) continue;
    const found = ids.find((n) => !taken().includes(n));
    if (found === undefined) throw missingColumn(columns, roles);
    roles[role] = found;
    reasons.push(
      `column ${found} holds ${contents[found]!.distinct} different ids on ${body.length} lines; the ${role} is taken to be the ${role === 'user' ? 'first' : 'next'} such column`,
    );
  }
  const times = free().find((n) => n > 0 && looksLikeTimes(contents[n]!));
  if (roles.timestamp === undefined && times !== undefined) {
    roles.timestamp = times;
    reasons.push(`column ${times} holds times between 1980 and 2100`);
  }
  const [user, item] = [roles.user!, roles.item!];
  const isTable =
    header === undefined ? !repeats(user) && !repeats(item) : !repeats(user) || !repeats(item);
  if (isTable) {
    throw noInteractions(
      columns,
      `no user comes twice in the first ${body.length} lines, as in a table of what is known about users or items`,
    );
  }
  const value = free().find((n) => n > item && contents[n]!.numeric);
  if (roles.value === undefined && value !== undefined && header === undefined) {
    roles.value = value;
    const { minimum, maximum, distinct } = contents[value]!;
    reasons.push(
      `column ${value} holds ${distinct} different numbers from ${minimum} to ${maximum}`,
    );
  }
}

/**
 * Columns that can hold users and items. Ids can look like times, as ISBNs do: a column that does is passed over where
 * enough others are left that do not look like ratings, or stand before it.
 */
function idColumns(
  { header, contents }: Columns,
  free: readonly number[],
  needed: number,
): number[] {
  const ids = free.filter((n) => canBeIds(contents[n]!) && !otherMeaning.test(header?.[n] ?? ''));
  const plain = ids.filter((n) => !looksLikeTimes(contents[n]!));
  const firstTime = ids.find((n) => looksLikeTimes(contents[n]!)) ?? Infinity;
  const certain = plain.filter((n) => n < firstTime || !looksLikeRatings(contents[n]!));
  return certain.length >= needed ? plain : ids;
}

/** Takes out values and times that the reader would refuse; what it took out, in words. */
function dropUnreadable({ contents, header, body }: Columns, roles: Roles): string[] {
  const missing: string[] = [];
  const isReadable = (
    column: number,
    isRead: (cell: ColumnContent) => boolean,
    wanted: string,
  ): boolean => {
    if (isRead(contents[column]!)) return true;
    const bad = body.find((row) => !isRead(columnContent([row], column)))?.[column];
    const found = bad === undefined ? 'cells of several kinds' : show(bad);
    missing.push(
      `the column ${show(header?.[column] ?? column)} holds ${found}, which is no ${wanted}, so it is not read`,
    );
    return false;
  };
  const { value, timestamp } = roles;
  if (value !== undefined && !isReadable(value, ({ numeric }) => numeric, 'number')) {
    delete roles.value;
  }
  if (
    timestamp !== undefined &&
    !isReadable(timestamp, canBeTimes, 'number and no ISO 8601 date')
  ) {
    delete roles.timestamp;
  }
  if (roles.value === undefined) missing.push('there are no values: every line is one event');
  if (roles.timestamp === undefined) missing.push('there are no timestamps');
  return missing;
}

/** What tells the order of time. */
function orderOf(
  { body }: Columns,
  { user, item, timestamp }: Roles,
  reasons: string[],
): FormatGuess['order'] {
  if (timestamp !== undefined) return 'timestamps';
  const seen = new Set<string>();
  let last: readonly string[] | undefined;
  let descents = 0;
  let steps = 0;
  for (const row of body) {
    const [now, before] = [row[user!] ?? '', last?.[user!]];
    if (now === before) {
      steps++;
      if (compare(row[item!] ?? '', last?.[item!] ?? '') < 0) descents++;
    } else if (seen.has(now)) return 'unknown';
    seen.add(now);
    last = row;
  }
  if (steps < ENOUGH_ROWS || descents < 0.2 * steps) return 'unknown';
  reasons.push(
    'the lines of a user stand together and their items are not sorted, so they are probably in the order of time',
  );
  return 'lines';
}

function compare(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  return Number.isNaN(difference) ? (a < b ? -1 : a > b ? 1 : 0) : difference;
}

function valuesOf({ contents, header }: Columns, { value }: Roles): FormatGuess['values'] {
  const content = value === undefined ? undefined : contents[value];
  if (value === undefined || content === undefined) return undefined;
  if (content.distinct === 1 && content.cells > 1) return 'constant';
  const named = /count|cnt|play|listen|view|click|quant|qty|freq/i.test(header?.[value] ?? '');
  return looksLikeRatings(content) && !named ? 'ratings' : 'counts';
}

function specOf(columns: Columns, roles: Roles, separator: string, isTyped: boolean): TestSpec {
  const { header } = columns;
  const { user, item, value, timestamp } = roles;
  if (isTyped) {
    const bare = (column: number): string => header![column]!.split(':')[0]!;
    const named: NamedColumns = {
      user: bare(user!),
      item: bare(item!),
      ...(value === undefined ? {} : { value: bare(value) }),
      ...(timestamp === undefined ? {} : { timestamp: bare(timestamp) }),
    };
    return { format: 'recbole', columns: named };
  }
  const unique = new Set(header).size === header?.length && !header.includes('');
  const place = (column: number): string | number => (unique ? header[column]! : column);
  const read: DelimitedColumns = {
    user: place(user!),
    item: place(item!),
    ...(value === undefined ? {} : { value: place(value) }),
    ...(timestamp === undefined ? {} : { timestamp: place(timestamp) }),
  };
  return {
    format: 'delimited',
    ...(separator === ',' ? {} : { separator }),
    ...(header === undefined ? {} : { header: true }),
    columns: read,
  };
}

/** The same columns with user and item in each other's place. */
function alternativesOf(columns: Columns, roles: Roles, separator: string): GuessAlternative[] {
  const swapped = { ...roles, user: roles.item!, item: roles.user! };
  return [
    {
      spec: specOf(columns, swapped, separator, false),
      when: 'the item comes before the user',
    },
  ];
}

function missingColumn(columns: Columns, roles: Roles): TensorecError {
  const absent = (['user', 'item'] as const).filter((role) => roles[role] === undefined);
  const wanted = absent.map((role) => `a column of ${role}s (${namesOf(role)})`).join(' and ');
  return noInteractions(columns, `${wanted} is missing`);
}

function noInteractions({ file, header, contents }: Columns, reason: string): TensorecError {
  const shown = header?.slice(0, 8).map((name) => show(name)) ?? [];
  const more = header !== undefined && header.length > shown.length ? ', …' : '';
  const seen =
    header === undefined
      ? `it has ${contents.length} columns without names`
      : `it has the columns ${shown.join(', ')}${more}`;
  return new TensorecError(
    'empty-data',
    `${file} holds no interactions of users with items: ${seen}, and ${reason}. Give a file with a line for each event of a user with an item, or rename its columns to user, item, value and timestamp.`,
  );
}
