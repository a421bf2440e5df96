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
  { format: 'dst' },
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
  ...['u\tp\ta b\n', '(u,p)\ta\tb\n', 'a b\tc\n'],
  ...['C,"7",7\n', 'V,3,1\n', 'A,'],
];
const bytes = fc.oneof(
  fc
    .array(
      fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...pieces).map((text) => Buffer.from(text)) },
        { weight: 1, arbitrary: fc.uint8Array({ maxLength: 4 }).map((part) => Buffer.from(part)) },
      ),
      { maxLength: 40 },
    )
    .map((parts) => new Uint8Array(Buffer.concat(parts))),
  fc.uint8Array({ maxLength: 200 }),
);

/** Sizes of blocks, so that boundaries fall anywhere; some blocks are empty. */
const blockSizes = fc
  .array(fc.nat(12), { minLength: 1, maxLength: 8 })
  .filter((sizes) => sizes.some((size) => size > 0));

/** What a call gives, or the code and message of its TensorecError; any other error fails the test. */
async function outcome(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    if (isTensorecError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** Fails unless bytes give the same result, or the same TensorecError, in any blocks as in one. */
async function expectSameInAnyBlocks(
  parse: (content: Uint8Array, sizes: readonly number[], skipBadLines: boolean) => Promise<unknown>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(bytes, blockSizes, fc.boolean(), async (content, sizes, skipBadLines) => {
      const inBlocks = await outcome(() => parse(content, sizes, skipBadLines));
      expect(inBlocks).toEqual(await outcome(() => parse(content, [1 << 16], skipBadLines)));
    }),
  );
}

describe('arbitrary bytes give a result or a TensorecError, in whatever blocks they come', () => {
  it.each(specs)('as %j', async (spec) => {
    await expectSameInAnyBlocks(async (content, sizes, skipBadLines) => {
      const result = await parseInteractions(source(content, sizes), { ...spec, skipBadLines });
      return { ...result, interactions: rowsOf(result.interactions) };
    });
  });

  it.each(featureSpecs)('as features %j', async (spec) => {
    await expectSameInAnyBlocks(async (content, sizes) => {
      const table = await parseFeatures(source(content, sizes), spec);
      return [[...table.ids], [...table.columns]];
    });
  });

  it.each(['candidates', 'sessions', 'adjacency'] as const)('as a %s test part', async (format) => {
    await expectSameInAnyBlocks(async (content, sizes, skipBadLines) => {
      const { test, candidates, histories, notes } = await parseSplit({
        train: { source: source('a b\n1 2\n'), spec: { format: 'adjacency' } },
        test: { source: source(content, sizes), spec: { format, skipBadLines } },
      });
      return [rowsOf(test), candidates, histories && rowsOf(histories), notes];
    });
  });
});

describe('text of many lines', () => {
  it('is read alike in any blocks, with quotes, mixed line ends and a byte order mark', async () => {
    const cells = fc.stringMatching(/^[a-zé"\r\n, ]{1,6}$/);
    const line = fc.tuple(cells, cells, fc.constantFrom('\n', '\r\n', '\r'));
    const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 30 }),
        blockSizes,
        async (lines, sizes) => {
          const text = `\ufeff${lines.map(([user, item, end]) => `${quoted(user)},${quoted(item)}${end}`).join('')}`;
          const { interactions } = await parseInteractions(source(text, sizes), {
            format: 'delimited',
          });
          expect(rowsOf(interactions)).toEqual(lines.map(([user, item]) => [user, item]));
        },
      ),
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
    );
  });

  it.each(['', ' ', '-', '.', '1.2.3', '1e', '0x1', '1_0', 'Infinity', '1,5', '--1', '1 2'])(
    'takes %j for no number',
    (text) => {
      expect(parse(text)).toBeNaN();
    },
  );
});
