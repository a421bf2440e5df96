import { show, TensorecError } from '@tensorec/core';
import type { NamedColumns } from '../read/specification.js';
import { namesOf, namesSessions, rolesByName, type ColumnRole } from './column-names.js';
import { canBeTimes, columnContent, looksLikeRatings } from './column-content.js';
import type { FormatGuess } from './format-guess.js';
import type { Head } from './head.js';

/** Lines that are judged. */
const JUDGED_LINES = 1000;

/**
 * One JSON object a line.
 *
 * @throws TensorecError `empty-data` when the lines are no objects, or name no user or no item.
 */
export function guessJsonLines(head: Head): FormatGuess {
  const objects = head.lines.slice(0, JUDGED_LINES).flatMap(parseObject);
  if (objects.length === 0) {
    throw new TensorecError(
      'empty-data',
      `${head.name} begins as JSON does, but its lines are no JSON objects; write one object a line, as in {"user":"ann","item":"heat"}.`,
    );
  }
  const first = objects[0]!;
  const names = [...first.keys()].filter((name) => {
    const value = first.get(name);
    return typeof value === 'string' || typeof value === 'number';
  });
  const roles = rolesByName(names);
  const { user, item } = roles;
  if (user === undefined || item === undefined)
    throw noInteractions(head, [...first.keys()], roles);
  const missing: string[] = [];
  const content = (role: 'value' | 'timestamp'): ReturnType<typeof columnContent> | undefined => {
    const column = roles[role];
    if (column === undefined) return undefined;
    const cells = objects.map((object) => object.get(names[column]!));
    const isRead = cells.every(
      (cell) => typeof cell === 'number' || (role === 'timestamp' && typeof cell === 'string'),
    );
    const found = columnContent(
      cells.map((cell) => [String(cell)]),
      0,
    );
    if (isRead && (role === 'value' || canBeTimes(found))) return found;
    missing.push(
      `not every ${show(names[column])} can be read as a ${role === 'value' ? 'number' : 'time'}, so it is not read`,
    );
    return undefined;
  };
  const [value, timestamp] = [content('value'), content('timestamp')];
  if (value === undefined) missing.push('there are no values: every line is one event');
  if (timestamp === undefined) missing.push('there are no timestamps');
  const columns: NamedColumns = {
    user: names[user]!,
    item: names[item]!,
    ...(value === undefined ? {} : { value: names[roles.value!]! }),
    ...(timestamp === undefined ? {} : { timestamp: names[roles.timestamp!]! }),
  };
  return {
    spec: { format: 'jsonl', columns },
    part: 'whole',
    confidence: 0.95,
    reasons: [
      `${objects.length} of the first ${Math.min(head.lines.length, JUDGED_LINES)} lines are JSON objects`,
      ...Object.entries(columns).map(([role, name]) => `the property ${show(name)} is the ${role}`),
    ],
    alternatives: [],
    missing,
    values:
      value === undefined
        ? undefined
        : value.distinct === 1 && value.cells > 1
          ? 'constant'
          : looksLikeRatings(value)
            ? 'ratings'
            : 'counts',
    order: timestamp === undefined ? 'unknown' : 'timestamps',
    users: namesSessions(columns.user) ? 'sessions' : 'users',
  };
}

/** The properties of the object on a line; nothing where it is none. */
export function parseObject(line: string): ReadonlyMap<string, unknown>[] {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? [new Map(Object.entries(value))] : [];
  } catch {
    return [];
  }
}

function noInteractions(
  head: Head,
  properties: readonly string[],
  roles: Partial<Record<ColumnRole, number>>,
): TensorecError {
  const absent = (['user', 'item'] as const).filter((role) => roles[role] === undefined);
  const wanted = absent.map((role) => `a property that names the ${role} (${namesOf(role)})`);
  const shown = properties
    .slice(0, 8)
    .map((name) => show(name))
    .join(', ');
  const more = properties.length > 8 ? `, … (${properties.length} in all)` : '';
  return new TensorecError(
    'empty-data',
    `${head.name} holds no interactions of users with items: its objects have the properties ${shown}${more}, and ${wanted.join(' and ')} is missing. Give a file with one JSON object for each event of a user with an item.`,
  );
}
