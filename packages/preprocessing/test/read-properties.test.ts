import { isTensorecError } from '@tensorec/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseFeatures,
  parseInteractions,
  parseSplit,
  type DataSpec,
  type FeatureSpec,
} from '../src/index.js';
import { parseNumber } from '../src/read/number.js';
import { readRows, rowsOf, source } from './sources.js';

const columns = { user: 0, item: 1, value: 2, timestamp: 3 };
const names = { user: 'u', item: 'i', value: 'v', timestamp: 't' };

const specs: readonly DataSpec[] = [
  { format: 'delimited' },
  { format: 'delimited', columns },
  { format: 'delimited', columns, separator: '::', ids: 'number', header: true },
  { format: 'delimited', columns: { user: 'u', item: 'i' }, separator: '\t' },
  { format: 'adjacency', ids: 'number' },
  { format: 'sequences' },
  { format: 'sessions' },
  { format: 'recbole' },
  { format: 'jsonl', columns: names },
];

const featureSpecs: readonly FeatureSpec[] = [
  { format: 'delimited' },
  { format: 'delimited', header: false, id: 1, kinds: { '0': 'number' }, ids: 'number' },
  { format: 'recbole' },
  { format: 'jsonl', id: 'u' },
];

/** Bytes that often make lines, cells, quotes and numbers. */
const pieces = [
  ...['\n', '\r', '\r\n', ',', '\t', '::', ' ', '"', '""', '(', ')', '\0', '\ufeff', 'é'],
  ...['1', '7.5', '-2', '1e400', 'NaN', 'a', 'bc', '2020-01-01', 'u,i\n', 'u\ti\n'],
  ...['user_id:token\titem_id:token\n', '{"u":1,"i":"x","v":2,"t":3}\n', '{"u":'],
];
const bytes = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...pieces).map((text) => Buffer.from(text)) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 4 }).map((array) => Buffer.from(array)) },
    ),
    { maxLength: 40 },
  )
  .map((parts) => new Uint8Array(Buffer.concat(parts)));

/** What a call gives, or the code and message of its TensorecError; any other error fails the test. */
async function outcome(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    if (isTensorecError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
}

describe('arbitrary bytes', () => {
  it.each(specs)('as $format give rows or a TensorecError, however they are cut', async (spec) => {
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(false, true, 1),
        async (content, blockSize, skipBadLines) => {
          const parse = (size: number): Promise<unknown> =>
            outcome(async () => {
              const result = await parseInteractions(source(content, size), {
                ...spec,
                skipBadLines,
              });
              return { ...result, interactions: rowsOf(result.interactions) };
            });
          expect(await parse(blockSize)).toEqual(await parse(1 << 16));
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each(featureSpecs)('as features in $format give a table or a TensorecError', async (spec) => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 9 }), async (content, blockSize) => {
        const parse = (size: number): Promise<unknown> =>
          outcome(async () => {
            const table = await parseFeatures(source(content, size), spec);
            return [[...table.ids], [...table.columns]];
          });
        expect(await parse(blockSize)).toEqual(await parse(1 << 16));
      }),
      { numRuns: 150 },
    );
  });

  it.each(['candidates', 'sessions'] as const)('as a %s test part do so too', async (format) => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.boolean(), async (content, skipBadLines) => {
        await outcome(() =>
          parseSplit({
            train: { source: source('a b\n1 2\n'), spec: { format: 'adjacency' } },
            test: { source: source(content), spec: { format, skipBadLines } },
          }),
        );
      }),
      { numRuns: 150 },
    );
  });
});

const word = fc.stringMatching(/^[a-zé0-9_.-]{1,12}$/);
const row = fc.record({
  user: word,
  item: word,
  value: fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  time: fc.integer({ min: -8e12, max: 8e12 }),
});
const rows = fc.array(row, { minLength: 1, maxLength: 30 });

describe('what is written in a format', () => {
  it.each([',', '\t', '::', ' - '])('delimited by %j reads back', async (separator) => {
    const spec: DataSpec = {
      format: 'delimited',
      columns,
      separator,
      timestampUnit: 'milliseconds',
    };
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom('\n', '\r\n', '\r'), async (data, lineEnd) => {
        const text = data
          .map(({ user, item, value, time }) =>
            [user, item, value, time].map(String).join(separator),
          )
          .join(lineEnd);
        expect(await readRows(text, spec)).toEqual(
          data.map(({ user, item, value, time }) => [user, item, value, time]),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('as JSON lines reads back', async () => {
    const spec: DataSpec = { format: 'jsonl', columns: names, timestampUnit: 'milliseconds' };
    await fc.assert(
      fc.asyncProperty(rows, async (data) => {
        const text = data
          .map(({ user, item, value, time }) =>
            JSON.stringify({ t: time, u: user, i: item, v: value }),
          )
          .join('\n');
        expect(await readRows(text, spec)).toEqual(
          data.map(({ user, item, value, time }) => [user, item, value, time]),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('as lists of items reads back', async () => {
    const lists = fc.array(fc.tuple(word, fc.array(word, { minLength: 1 })), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(lists, async (users) => {
        const text = users.map(([user, items]) => [user, ...items].join(' ')).join('\n');
        const pairs = users.flatMap(([user, items]) => items.map((item) => [user, item]));
        expect(await readRows(text, { format: 'sequences' })).toEqual(pairs);
        const sessions = users.map(([, items]) => items.join(' ')).join('\n');
        expect(await readRows(sessions, { format: 'sessions' })).toEqual(
          users.flatMap(([, items], n) => items.map((item) => [`session-${n + 1}`, item])),
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('parseNumber', () => {
  const parse = (text: string): number => {
    const encoded = new TextEncoder().encode(text);
    return parseNumber(encoded, 0, encoded.length);
  };

  it('rounds as Number does', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.double().map(String),
          fc.stringMatching(/^-?\d{1,20}\.?\d{0,20}$/),
          fc.stringMatching(/^[+-]?\.?\d{1,3}e[+-]?\d{1,3}$/),
        ),
        (text) => {
          const expected = /[A-Z]/.test(text) ? NaN : Number(text);
          expect(parse(text)).toBe(expected);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each(['', ' ', '-', '.', '1.2.3', '1e', '0x1', '1_0', 'Infinity', '1,5', '--1', '1 2'])(
    'takes %j for no number',
    (text) => {
      expect(parse(text)).toBeNaN();
    },
  );
});
