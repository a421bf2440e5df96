import { isTensorecError } from '@tensorec/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  guessFormat,
  guessItems,
  inspectInteractions,
  parseInteractions,
  type DataSpec,
  type FormatGuess,
} from '../src/index.js';
import { rowsOf, source } from './sources.js';

const pieces = [
  ...[
    '\n',
    '\r\n',
    '\r',
    ',',
    '\t',
    ';',
    '::',
    '|',
    ' ',
    '"',
    '(',
    ')',
    '{',
    '}',
    '[',
    '\ufeff',
    'é',
  ],
  ...['1', '2', '7.5', '1e999', '978300760', '2020-01-01', 'a', 'C,"1",1\n', 'V,2,1\n', 'A,'],
  ...['user', 'item', 'userId,movieId,rating\n', 'user_id:token\titem_id:token\n', 'u,i,r,t\n'],
  ...['{"user":1,"item":2}\n', '1 2 3\n', '1,2\n', 'a b\tc\n', '(1,2)\t3\n', '\0'],
];
const anyBytes = fc.oneof(
  fc
    .array(fc.constantFrom(...pieces), { maxLength: 60 })
    .map((parts) => new TextEncoder().encode(parts.join(''))),
  fc.string({ maxLength: 200 }).map((text) => new TextEncoder().encode(text)),
  fc.uint8Array({ maxLength: 200 }),
);

/** The result, or `undefined` for a TensorecError; any other error is thrown. */
async function guarded<Result>(run: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await run();
  } catch (error) {
    if (isTensorecError(error)) return undefined;
    throw error;
  }
}

describe('on any bytes', () => {
  it('a guess is made or refused, and what it says can be read or is refused', async () => {
    let guesses = 0;
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        const guess = await guarded(() => guessFormat(source(bytes)));
        await guarded(() => guessItems(source(bytes)));
        if (guess === undefined) return;
        guesses++;
        expect(guess.confidence).toBeGreaterThan(0);
        expect(guess.confidence).toBeLessThanOrEqual(1);
        expect(guess.reasons.length).toBeGreaterThan(0);
        const statistics = await guarded(() =>
          inspectInteractions(source(bytes), guess.spec, { heldOut: guess.part === 'test' }),
        );
        if (statistics === undefined) return;
        expect(statistics.interactions).toBeGreaterThan(0);
        expect(statistics.density).toBeGreaterThan(0);
        expect(statistics.density).toBeLessThanOrEqual(1);
      }),
    );
    expect(guesses).toBeGreaterThan(10);
  });
});

const roles = ['user', 'item', 'value', 'timestamp'] as const;
const spellings = {
  user: ['user', 'userId', 'user_id', 'UID', 'Customer ID', 'visitorid', 'reviewerID'],
  item: ['item', 'itemId', 'movie_id', 'sku', 'ASIN', 'trackId', 'Product Code'],
  value: ['rating', 'score', 'cnt', 'count', 'Stars', 'play_count'],
  timestamp: ['timestamp', 'time', 'date', 'unixtime', 'created_at', 'eventTime'],
} as const;

/** A table of interactions: what it holds, and how it is written. */
const table = fc.record({
  separator: fc.constantFrom(',', '\t', ';', '::', '|', '^'),
  order: fc.shuffledSubarray([...roles], { minLength: 4 }),
  kept: fc.record({ value: fc.boolean(), timestamp: fc.boolean() }),
  names: fc.record({
    user: fc.constantFrom(...spellings.user),
    item: fc.constantFrom(...spellings.item),
    value: fc.constantFrom(...spellings.value),
    timestamp: fc.constantFrom(...spellings.timestamp),
  }),
  header: fc.boolean(),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  rows: fc.array(
    fc.record({
      user: fc.nat(9).map((n) => `u${n}`),
      item: fc.nat(15).map((n) => `i${n}`),
      value: fc.constantFrom('1', '2', '3', '4', '5'),
      timestamp: fc.integer({ min: 1_000_000_000, max: 1_700_000_000 }).map(String),
    }),
    { minLength: 30, maxLength: 60 },
  ),
});

describe('a table', () => {
  it('is recognised whatever its separator, names and columns, and read back as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(table, async ({ separator, order, kept, names, header, lineEnd, rows }) => {
        // Without names the columns are told by their order and what they hold.
        const written = (header ? order : [...roles]).filter(
          (role) => role === 'user' || role === 'item' || kept[role],
        );
        const lines = rows.map((row) => written.map((role) => row[role]).join(separator));
        if (header) lines.unshift(written.map((role) => names[role]).join(separator));
        const text = lines.join(lineEnd);
        const guess: FormatGuess = await guessFormat(source(text));
        const place = (role: (typeof roles)[number]): string | number =>
          header ? names[role] : written.indexOf(role);
        expect(guess.spec).toEqual({
          format: 'delimited',
          ...(separator === ',' ? {} : { separator }),
          ...(header ? { header: true } : {}),
          columns: Object.fromEntries(written.map((role) => [role, place(role)])),
        });
        const { interactions } = await parseInteractions(source(text), guess.spec as DataSpec);
        expect(rowsOf(interactions)).toEqual(
          rows.map((row) => [
            row.user,
            row.item,
            ...(kept.value ? [Number(row.value)] : []),
            ...(kept.timestamp ? [1000 * Number(row.timestamp)] : []),
          ]),
        );
      }),
    );
  });
});
