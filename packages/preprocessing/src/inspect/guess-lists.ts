import { TensorecError } from '@tensorec/core';
import { rolesByName } from './column-names.js';
import type { FormatGuess, GuessAlternative } from './format-guess.js';
import type { Head } from './head.js';

/** Lines that are judged. */
const JUDGED_LINES = 5000;
/** Share of lines that a rule must hold for. */
const NEARLY_ALL = 0.95;
/** Sessions begin with items that others begin with too; user lists begin with a user each. */
const DISTINCT_USERS = 0.995;
/** Words of a line that are cut off; longer lines are judged by their beginning. */
const JUDGED_WORDS = 1000;

const nothing = { missing: ['there are no values and no timestamps'], values: undefined };

/** Test lines of sessions, `prefix items<TAB>target`; undefined for anything else. */
export function guessSessionTest({ lines }: Head): FormatGuess | undefined {
  const form = /^[^\t ]+(?: [^\t ]+)*\t[^\t ]+$/;
  const judged = lines.slice(0, JUDGED_LINES);
  const { user, item } = rolesByName(lines[0]!.split('\t'));
  const isTable = user !== undefined && item !== undefined;
  const hasPrefix = judged.some((line) => line.includes(' '));
  if (isTable || !hasPrefix || !judged.every((line) => form.test(line))) {
    return undefined;
  }
  return {
    ...nothing,
    spec: { format: 'sessions' },
    part: 'test',
    confidence: 0.9,
    reasons: [
      'every line is items parted by spaces, a tab and one item more: a session and what came next',
    ],
    alternatives: [],
    order: 'lines',
    users: 'sessions',
  };
}

/** Test lines with their negatives, in either form; undefined for anything else. */
export function guessCandidates({ lines }: Head): FormatGuess | undefined {
  const judged = lines.slice(0, JUDGED_LINES);
  const all = (form: RegExp): boolean => judged.every((line) => form.test(line));
  const pairs = all(/^\([^\t,]+, *[^\t,]+\)\t[^\t]/);
  const fields = !pairs && all(/^[^\t ]+\t[^\t ]+\t(?:[^\t]*\t)*[^\t ]+(?: [^\t ]+){4,} *$/);
  const spaced = judged.map((line) => line.trimEnd().split('\t').at(-1)!.split(' '));
  const isWords = spaced.every(
    (words) => words.length === spaced[0]!.length || words.every((word) => /^\d+$/.test(word)),
  );
  if (!pairs && !(fields && isWords)) return undefined;
  return {
    ...nothing,
    spec: { format: 'candidates' },
    part: 'test',
    confidence: 0.9,
    reasons: [
      pairs
        ? 'every line is "(user,item)" and, after tabs, the items it is ranked among'
        : 'every line is a user, an item and, in the last field, the items it is ranked among',
    ],
    alternatives: [],
    order: 'unknown',
    users: 'users',
  };
}

/**
 * Lines of words: a user and its items, or a session of items.
 *
 * @throws TensorecError `empty-data` when the lines hold no ids.
 */
export function guessLists(head: Head): FormatGuess {
  const lines = head.lines.slice(0, JUDGED_LINES).map((line) => {
    const words = line.trim().split(/[ \t]+/, JUDGED_WORDS);
    return words;
  });
  requireIds(head, lines);
  const firsts = new Set(lines.map(([first]) => first));
  const startsWithUser =
    firsts.size >= DISTINCT_USERS * lines.length && !beginLikeSessions(lines, firsts);
  return startsWithUser ? guessUserLists(lines) : guessSessions(lines, firsts.size);
}

/** In a few lines nothing repeats by chance: first words that are counted up are users, those found elsewhere items. */
function beginLikeSessions(
  lines: readonly (readonly string[])[],
  firsts: ReadonlySet<string | undefined>,
): boolean {
  const numbers = lines.map(([first]) => Number(first));
  const countedUp = numbers.every((number, n) => n === 0 || number === numbers[n - 1]! + 1);
  if (countedUp || lines.length >= 50) return false;
  const others = new Set(lines.flatMap((words) => words.slice(1)));
  const shared = [...firsts].filter((first) => first !== undefined && others.has(first)).length;
  return shared >= 0.5 * lines.length;
}

function guessSessions(lines: readonly (readonly string[])[], starts: number): FormatGuess {
  return {
    ...nothing,
    spec: { format: 'sessions' },
    part: 'whole',
    confidence: 0.75,
    reasons: [
      'lines of ids of different lengths',
      `${lines.length} lines begin with only ${starts} different ids, so they begin with an item and not with a user`,
    ],
    alternatives: [
      {
        spec: { format: 'sequences' },
        when: 'each line begins with a user, some of whom have several lines',
      },
    ],
    order: 'lines',
    users: 'sessions',
  };
}

function guessUserLists(lines: readonly (readonly string[])[]): FormatGuess {
  const lists = lines.map((words) => words.slice(1)).filter((items) => items.length >= 3);
  const sorted = lists.filter(isSorted).length;
  const repeating = lists.filter((items) => new Set(items).size < items.length).length;
  const isSet = lists.length > 0 && sorted >= NEARLY_ALL * lists.length && repeating === 0;
  const other: GuessAlternative = isSet
    ? { spec: { format: 'sequences' }, when: 'the items are in the order of time all the same' }
    : { spec: { format: 'adjacency' }, when: 'the order of the items means nothing' };
  const order = isSet
    ? `the items of ${sorted} of ${lists.length} lines are sorted, so their order means nothing`
    : repeating > 0
      ? 'some lines name an item twice, so they are probably in the order of time'
      : 'the items are not sorted, so they may be in the order of time';
  return {
    ...nothing,
    spec: { format: isSet ? 'adjacency' : 'sequences' },
    part: 'whole',
    confidence: isSet ? 0.9 : repeating > 0 ? 0.8 : 0.6,
    reasons: [
      'lines of ids of different lengths',
      'every line begins with another id, so it is a user and the others are its items',
      order,
    ],
    alternatives: [other],
    order: isSet ? 'unknown' : 'lines',
    users: 'users',
  };
}

function isSorted(items: readonly string[]): boolean {
  const numbers = items.map(Number);
  const byNumber = numbers.every((number, n) => n === 0 || number >= numbers[n - 1]!);
  return byNumber || items.every((item, n) => n === 0 || item >= items[n - 1]!);
}

/** Throws unless the words are ids and not prose, markup or numbers with a decimal point. */
function requireIds(head: Head, lines: readonly (readonly string[])[]): void {
  const words = lines.flat();
  const ids = words.filter(
    (word) => /^[\p{L}\p{N}_][\p{L}\p{N}_.:@/+-]*$/u.test(word) && !/[.:]$/.test(word),
  );
  const longest = Math.max(...lines.map((line) => line.length));
  const reason =
    longest < 2
      ? 'each line is a single word'
      : ids.length < NEARLY_ALL * words.length
        ? 'its lines are neither a table of one separator nor lists of ids'
        : undefined;
  if (reason === undefined) return;
  throw new TensorecError(
    'empty-data',
    `${head.name} holds no interactions of users with items: ${reason}; it begins with ${JSON.stringify(head.lines[0]!.slice(0, 60))}. Give a table with a line for each event of a user with an item (CSV, TSV), lines of "user item item …", or a JSON object a line.`,
  );
}
